import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sections } from '../../docs/.vitepress/pages.ts'
import { LANES } from '../src/arena/lanes/catalogue.ts'
import { BUILT_IN } from '../src/scenario/builtIn.ts'
import { LANE_IDS } from '../src/scenario/schema.ts'

const root = new URL('../..', import.meta.url).pathname

test('there are eleven scenarios with different ids', () => {
  expect(new Set(BUILT_IN.map(({ id }) => id)).size).toBe(11)
})

test.each(BUILT_IN.map((each) => [each.id, each] as const))('%s has its texts in both languages', (_, each) => {
  const texts = [each.title, each.summary, ...each.events]
  expect(each.events).toHaveLength(each.scenario.steps.length)
  for (const { en, zh } of texts) {
    expect(en).toMatch(/^[A-Z\d].+/)
    expect(zh).toMatch(/[\u4e00-\u9fff]/)
  }
  for (const { en, zh } of texts.slice(1)) {
    expect(en).toMatch(/[.?]$/)
    expect(zh).toMatch(/[。？]$/)
  }
})

test('each guide is a page of the documentation', () => {
  const paths = sections.flatMap(({ pages }) => pages.map(({ path }) => path))
  expect(paths).toEqual(expect.arrayContaining(BUILT_IN.map(({ guide }) => guide)))
})

test.each(LANE_IDS)('the setup of %s is the source of the module that runs', async (id) => {
  const source = readFileSync(
    `${root}laboratory/src/arena/lanes/${id}.${['ahooks', 'reactUseWebSocket'].includes(id) ? 'tsx' : 'ts'}`,
    'utf8',
  )
  expect(await LANES[id].setup()).toBe(source)
})

test.each([
  ['holdfastSession', '@holdfast/core'],
  ['holdfastPlain', '@holdfast/core'],
  ['vueuse', '@vueuse/core'],
  ['reactUseWebSocket', 'react-use-websocket'],
  ['partysocket', 'partysocket'],
  ['reconnectingWebSocket', 'reconnecting-websocket'],
  ['ahooks', 'ahooks'],
] as const)('the version of %s is that of the installed package, and its source imports it', async (id, name) => {
  const { version } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8'))
  expect(LANES[id].version).toBe(version)
  expect(await LANES[id].setup()).toContain(`from '${name}`)
})
