/**
 * Compares the reference pages with the code, in both languages: each option with its default, each event and each member is in a table
 * and in an example.
 */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { closeInfo } from '../packages/core/src/transport/closeCodes.ts'
import { checkOptions } from '../packages/core/src/client/settings.ts'
import { homepage, readmes, withSnippets } from '../scripts/readme-snippets.mjs'
import { exportsOf, members } from './support/publicTypes.ts'
import { namesIn, rowsUnder } from './support/tables.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const groups = { reconnect: 'ReconnectOptions', heartbeat: 'HeartbeatOptions', queue: 'QueueRules' }
const options = [
  ...members('WebSocketOptions'),
  ...Object.entries(groups).flatMap(([group, type]) =>
    members(type).map(({ name, ...rest }) => ({ name: `${group}.${name}`, ...rest })),
  ),
]
const callbackOf = (name: string): string => `on${name[0]!.toUpperCase()}${name.slice(1)}`
const callbackNames = members('ClientEvents').map(({ name }) => callbackOf(name))
const errorsOf = (entry: 'core' | 'recovery'): string[] =>
  exportsOf(entry)
    .filter((name) => name.endsWith('Error'))
    .sort()

/** The headings of the first columns. */
const OPTION = /^(option|选项)$/
const EVENT = /^(event, callback|事件与回调)$/
const MEMBER = /^(member|成员)$/
const FIELD = /^(field|字段)$/
const FUNCTION = /^(function|函数)$/
const CLASS = /^(class|类)$/
const CODE = /^(code|关闭码)$/

const namesOf = (list: { name: string }[]): string[] => list.map(({ name }) => name).sort()

/** The titles of the examples. Each begins with the name of an option, a member or an event. */
const titles = readdirSync(join(root, 'examples'))
  .filter((name) => /\.test\.tsx?$/.test(name))
  .flatMap((name) =>
    [...read(`examples/${name}`).matchAll(/^\s*test\((['"`])(.*)\1,/gm)].map(([, , title = '']) => title),
  )

const hasExample = (name: string): boolean =>
  titles.some((title) => title.startsWith(`${name} `) || title.startsWith(`${name}: `))

describe.each(['docs/reference', 'docs/zh/reference'])('%s', (folder) => {
  const page = (name: string): string => read(`${folder}/${name}.md`)
  /** The names in the first column of tables, without parameters. */
  const listed = (heading: RegExp, name: string): string[] =>
    namesIn(rowsUnder(heading, page(name))).map((code) => code.replace(/\(.*/, ''))
  const events = rowsUnder(EVENT, page('events'))
  const callbacks = namesIn(events).filter((name) => /^on[A-Z]/.test(name))

  test.each(options.filter(({ name }) => !callbackNames.includes(name)))(
    'lists the option $name with its default',
    ({ name, standard = '' }) => {
      const row = rowsUnder(OPTION, page('options')).find(({ names }) => names.includes(name))
      // A default that is a text is translated.
      const code = standard && !/ /.test(standard.replace(/\{.*\}/, ''))
      expect(row?.cells[0]).toMatch(code ? `\`${standard}\`` : /./)
    },
  )

  test('lists only options that exist', () => {
    expect([...listed(OPTION, 'options'), ...callbackNames].sort()).toEqual([...namesOf(options), 'key'].sort())
  })

  test('lists each event and its callback, and only events that exist', () => {
    const all = [...members('ClientEvents'), ...members('SessionEvents')]
    expect(namesIn(events).filter((name) => !callbacks.includes(name))).toEqual(namesOf(all))
    expect(callbacks).toEqual(namesOf(all).map(callbackOf).sort())
  })

  test('lists each member of a client and each field of its state, and only those that exist', () => {
    expect(listed(MEMBER, 'client')).toEqual(namesOf(members('WebSocketClient')))
    expect(listed(FIELD, 'client')).toEqual(namesOf(members('Snapshot')))
  })

  test.each(['vue', 'react'])('lists in %s.md what useWebSocket returns', (name) => {
    const functions = ['useWebSocket', 'useMessage', 'useMessages', 'useStream', 'send', 'open', 'close', 'reconnect']
    expect(listed(FUNCTION, name)).toEqual([...functions, 'client'].sort())
    for (const field of namesOf(members('Snapshot'))) expect(page(name)).toContain(`\`${field}\``)
  })

  test('lists the options, the methods and the errors of a session', () => {
    const inherited = namesOf(members('WebSocketClient'))
    const own = namesOf(members('SessionClient')).filter((name) => !inherited.includes(name))
    expect(listed(MEMBER, 'session')).toEqual([...own, ...namesOf(members('Resync'))].sort())
    const callbacksOfSession = namesOf(members('SessionEvents')).map(callbackOf)
    const named = namesOf(members('SessionOptions', 'recovery')).filter((name) => !callbacksOfSession.includes(name))
    expect(listed(OPTION, 'session')).toEqual(named)
    expect(listed(CLASS, 'session')).toEqual(errorsOf('recovery'))
    for (const name of callbacksOfSession) expect(page('session')).toContain(`\`${name}\``)
  })

  test('lists the options and the fields of useStream', () => {
    const rows = rowsUnder(/^`useStream/, page('session'))
    const first = rows.flatMap(({ names }) => names).map((name) => name.replace(/\(.*/, ''))
    const all = [...namesOf(members('StreamState')), ...namesOf(members('StreamViewOptions')), 'clear', 'client']
    expect(first.sort()).toEqual(all.sort())
  })

  test('lists the options of eventSource with their defaults', () => {
    const rows = rowsUnder(OPTION, page('../guide/event-streams'))
    const expected = members('EventSourceOptions', 'eventSource')
    expect(namesIn(rows)).toEqual(namesOf(expected))
    for (const { name, standard = '–' } of expected)
      expect(rows.find(({ names }) => names.includes(name))?.cells[0]).toBe(
        standard === '–' ? '–' : `\`${standard.replaceAll('`', '')}\``,
      )
  })

  test('lists the options of the class like WebSocket with their defaults', () => {
    const rows = rowsUnder(OPTION, page('../guide/compatible-class'))
    const expected = members('Options', 'reconnectingWebSocket')
    expect(namesIn(rows)).toEqual(namesOf(expected))
    for (const { name, standard = '' } of expected)
      if (/^([\d.]+|true|false|Infinity)$/.test(standard))
        expect([name, rows.find(({ names }) => names.includes(name))?.cells[0]]).toEqual([
          name,
          expect.stringContaining(standard),
        ])
  })

  test('lists each class of errors, and only classes that exist', () => {
    expect(listed(CLASS, 'errors').filter((name) => errorsOf('core').includes(name))).toEqual(
      errorsOf('core').filter((name) => name !== 'HoldfastError'),
    )
  })

  test('lists each member of the fakes', () => {
    const fakes = ['FakeServer', 'FakeConnection', 'FakeEnvironment', 'ScriptedTransport', 'ScriptedDial']
    // Members that the client uses and a test does not.
    const inherited = ['Clock', 'Transport'].flatMap((type) => namesOf(members(type)))
    const names = new Set(
      [...fakes, 'FakeClock']
        .flatMap((type) => namesOf(members(type, 'testing')))
        .filter((name) => ![...inherited, 'subscribe', 'hidden'].includes(name)),
    )
    expect([...new Set(listed(MEMBER, 'testing'))].sort()).toEqual([...names].sort())
  })

  test('states which close codes are final, as the code decides', () => {
    const rows = rowsUnder(CODE, page('close-codes')).filter(({ cells }) => /^(yes|no|是|否)$/.test(cells[1] ?? ''))
    const stated = rows.flatMap(({ first, cells }) =>
      (first.match(/\d{4}(–\d{4})?/g) ?? []).map((codes) => [codes, /yes|是/.test(cells[1] ?? '')] as const),
    )
    expect(stated.length).toBeGreaterThan(10)
    for (const [codes, isFinal] of stated)
      for (const code of codes.split('–'))
        expect([code, closeInfo('server', { code: +code }).final]).toEqual([code, isFinal])
  })

  test('lists each cause of a close', () => {
    const source = read('packages/core/src/transport/closeCodes.ts')
    const [, union = ''] = /cause: ('.*')\n/.exec(source) ?? []
    const causes = [...union.matchAll(/'(\w+)'/g)].map(([, cause]) => cause)
    expect(namesIn(rowsUnder(/^`cause`$/, page('close-codes')))).toEqual(causes.sort())
  })
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

test.each(['README.md', 'README.zh-CN.md'])(
  '%s has one command that starts, and one that tests, a new clone',
  (path) => {
    expect(read(path)).toMatch(/^npm ci && npm start +#/m)
    expect(read(path)).toMatch(/^npm ci && npm test +#/m)
  },
)

test.each(readmes.filter((path) => path.startsWith('packages/') && path.endsWith('README.md')))(
  '%s has only absolute links, which npm shows',
  (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    expect(links.filter((link) => !/^(https?:|#)/.test(link))).toEqual([])
  },
)

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
  const ours = `${homepage}/blob/main/`
  if (/^\w+:/.test(link) && !link.startsWith(ours)) return true
  const [file = '', heading] = link.replace(ours, '').split('#')
  const target = link.startsWith(ours) ? file : file ? join(dirname(path), file) : path
  return existsSync(join(root, target)) && (heading === undefined || anchors(read(target)).includes(heading))
}

/** The anchors of the headings, as GitHub generates them. */
const anchors = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    (/\{#(.*)\}$/.exec(heading)?.[1] ?? heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )

test.each(['docs/guide/states.md', 'docs/zh/guide/states.md'])(
  'the table of %s has the transitions of the diagram',
  (page) => {
    const pairs = (text: string, row: RegExp): string[] =>
      [...text.matchAll(row)].flatMap(([, from = '', to]) =>
        [...from.matchAll(/\w+/g)].map(([name]) => `${name} ${to}`),
      )
    const drawn = pairs(read('docs/.vitepress/theme/StateDiagram.vue'), /from: '(\w+)',\s+to: '(\w+)'/g)
    const listed = pairs(read(page), /^\| ([`\w, 、]+) \| `(\w+)` \|/gm)
    expect(drawn.length).toBeGreaterThan(0)
    expect(drawn.sort()).toEqual(listed.sort())
  },
)
