/** Compares the READMEs with the code: each option with its default, each event and each member is in a table and in an example. */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkOptions } from '../packages/core/src/client/settings.ts'
import { readmes, withSnippets } from '../scripts/readme-snippets.mjs'
import { members } from './support/publicTypes.ts'
import { namesIn, tableWith } from './support/tables.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const groups = { reconnect: 'ReconnectOptions', heartbeat: 'HeartbeatOptions', queue: 'QueueRules' }
const options = [
  ...members('WebSocketOptions'),
  ...Object.entries(groups).flatMap(([group, type]) =>
    members(type).map(({ name, ...rest }) => ({ name: `${group}.${name}`, ...rest })),
  ),
]
const namesOf = (list: { name: string }[]): string[] => list.map(({ name }) => name).sort()

/** The titles of the examples. Each begins with the name of an option, a member or an event. */
const titles = readdirSync(join(root, 'examples'))
  .filter((name) => /\.test\.tsx?$/.test(name))
  .flatMap((name) =>
    [...read(`examples/${name}`).matchAll(/^\s*test\((['"`])(.*)\1,/gm)].map(([, , title = '']) => title),
  )

const hasExample = (name: string): boolean =>
  titles.some((title) => title.startsWith(`${name} `) || title.startsWith(`${name}: `))

describe.each(['README.md', 'README.zh-CN.md'])('%s', (path) => {
  const table = tableWith('connectTimeout', read(path))
  const events = tableWith('onRetry', read(path))
  const callbacks = namesIn(events).filter((name) => /^on[A-Z]/.test(name))

  test.each(options.filter(({ name }) => !callbacks.includes(name)))(
    'lists the option $name with its default',
    ({ name, standard = '' }) => {
      const row = table.find(({ names }) => names.includes(name))
      // A default that is a text is translated.
      const code = standard && !/ /.test(standard.replace(/\{.*\}/, ''))
      expect(row?.cells[0]).toMatch(code ? `\`${standard}\`` : /./)
    },
  )

  test('lists only options that exist', () => {
    expect([...namesIn(table), ...callbacks].sort()).toEqual([...namesOf(options), 'key'].sort())
  })

  test('lists each event, and only events that exist', () => {
    expect(namesIn(events).filter((name) => !callbacks.includes(name))).toEqual(namesOf(members('ClientEvents')))
  })

  test('lists each field of a component, and each function', () => {
    const listed = namesIn(tableWith('retryAt', read(path))).map((name) => name.replace(/\(.*/, ''))
    expect(listed).toEqual([...namesOf(members('Snapshot')), 'send', 'open', 'close', 'reconnect', 'client'].sort())
  })

  test('lists the options and the fields of useStream', () => {
    const rows = tableWith('members', read(path)).filter(({ names }) => !names[0]?.startsWith('useStream'))
    const first = rows.flatMap(({ names }) => names.slice(0, 3)).map((name) => name.replace(/\(.*/, ''))
    const all = [...namesOf(members('StreamState')), ...namesOf(members('StreamViewOptions')), 'clear', 'client']
    expect(first.sort()).toEqual(all.sort())
  })

  test('lists the options of eventSource with their defaults', () => {
    const rows = tableWith('credentials', read(path))
    const expected = members('EventSourceOptions', 'eventSource')
    expect(namesOf(expected)).toEqual(rows.flatMap(({ names }) => names).sort())
    for (const { name, standard = '–' } of expected)
      expect(rows.find(({ names }) => names.includes(name))?.cells[0]).toBe(
        standard === '–' ? '–' : `\`${standard.replaceAll('`', '')}\``,
      )
  })

  test('names each callback of a session', () => {
    for (const name of namesOf(members('SessionEvents')))
      expect(read(path)).toContain(`\`on${name[0]!.toUpperCase()}${name.slice(1)}\``)
  })
})

test('packages/core/README.md lists each member of a client, and only members that exist', () => {
  const listed = namesIn(tableWith('url', read('packages/core/README.md')))
  expect(listed.map((name) => name.replace(/\(.*/, '')).sort()).toEqual(namesOf(members('WebSocketClient')))
})

describe('the defaults in the comments', () => {
  const settings = Object.entries(checkOptions(null, {}))

  const numbers = options.flatMap(({ name, standard }) => {
    const own = settings.find(([setting]) => setting === name.split('.').at(-1))?.[1]
    return typeof own === 'number' ? [{ name, standard, own }] : []
  })

  test.each(numbers)('match the code for $name', ({ standard, own }) => {
    expect(standard).toBe(`${own}`)
  })
})

describe('in examples/', () => {
  test.each(options)('the option $name has an example', ({ name }) => {
    expect(hasExample(name)).toBe(true)
  })

  test.each(members('WebSocketClient'))('the member $name has an example', ({ name }) => {
    expect(hasExample(name) || hasExample(`${name}()`)).toBe(true)
  })

  test.each([...members('StreamViewOptions'), ...members('SessionEvents')])(
    'the stream option or session event $name has an example',
    ({ name }) => {
      const option =
        name.startsWith('on') || /^(limit|select)$/.test(name) ? name : `on${name[0]!.toUpperCase()}${name.slice(1)}`
      expect(read('examples/streams.dom.test.tsx')).toMatch(new RegExp(`\\b${option}\\b`))
    },
  )

  test.each(members('EventSourceOptions', 'eventSource'))(
    'the option $name of eventSource has an example',
    ({ name }) => {
      expect(hasExample(name)).toBe(true)
    },
  )

  test.each(members('ClientEvents'))('the event $name has an example', ({ name }) => {
    expect(titles.some((title) => title.includes(`on('${name}')`))).toBe(true)
  })
})

describe.each(readmes)('%s', (path) => {
  const text = read(path)

  test('contains the code of the files that it names', () => {
    expect(text).toBe(withSnippets(text))
  })

  test('contains no user code without a test', () => {
    const shown = [...text.matchAll(/^(.*)\n+```(?:ts|tsx|vue|js|jsx)\n/gm)].map(([, before]) => before)
    expect(shown.filter((before) => !before?.startsWith('<!-- from examples/'))).toEqual([])
  })

  test('links to files and headings that exist', () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !leadsSomewhere(path, link))).toEqual([])
  })
})

/** Whether the target of a link in a file exists: a file, or a heading. Links to other sites are not checked. */
const leadsSomewhere = (path: string, link: string): boolean => {
  const [file = '', heading] = link.split('#')
  const target = file ? join(dirname(path), file) : path
  if (/^\w+:/.test(link)) return true
  return existsSync(join(root, target)) && (heading === undefined || anchors(read(target)).includes(heading))
}

/** The anchors of the headings, as GitHub generates them. */
const anchors = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
