/**
 * Compares the pages of `docs/migration`, in both languages, with the published packages: each option and result has a row, and the
 * defaults in the rows are those of the code.
 */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Manager } from 'socket.io-client'
import { describe, expect, test } from 'vitest'
import { readSettings } from '../../packages/core/src/reconnectingWebSocket/options.ts'
import { members } from '../support/publicTypes.ts'
import { type Library, membersOf, versionOf } from './support/declarations.ts'
import { defaultsIn } from './support/defaults.ts'

/** What a guide must list. */
interface Guide {
  /** The file below `docs/migration`, without `.md`. */
  page: string
  /** Undefined for code of the application. */
  library?: string
  options: [library: Library, type: string, groups?: string[]][]
  results: [library: Library, type: string][]
  /** The section with them. @default results */
  section?: 'members'
  /** The defaults in the code of the package, by the name in the table. */
  defaults: () => Record<string, string>
}

/** Renames: the code has `delay` in a group that the table shows as `autoReconnect.delay`. */
const renamed = (values: Record<string, string>, names: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value]))

/** The constants at the top of a file. */
const constantsIn = (code: string): Record<string, string> =>
  Object.fromEntries(
    [...code.matchAll(/^const ([A-Z]+) = (.*)$/gm)].map(([, name, value = '']) => [name, value.replaceAll('_', '')]),
  )

const guides: Record<string, Guide> = {
  vueuse: {
    page: 'vueuse',
    library: '@vueuse/core',
    options: [['@vueuse/core', 'UseWebSocketOptions', ['heartbeat', 'autoReconnect']]],
    results: [['@vueuse/core', 'UseWebSocketReturn']],
    defaults: () => {
      const { passive: _, ...found } = defaultsIn('@vueuse/core', 'dist/index.js', 'useWebSocket')
      return renamed(found, {
        retries: 'autoReconnect.retries',
        delay: 'autoReconnect.delay',
        message: 'heartbeat.message',
        pongTimeout: 'heartbeat.pongTimeout',
      })
    },
  },
  reactUseWebSocket: {
    page: 'react-use-websocket',
    library: 'react-use-websocket',
    options: [['react-use-websocket', 'Options', ['heartbeat']]],
    results: [['react-use-websocket', 'WebSocketHook']],
    defaults: () => {
      const constants = defaultsIn('react-use-websocket', 'dist/lib/constants.js')
      const { message, timeout, interval } = defaultsIn(
        'react-use-websocket',
        'dist/lib/constants.js',
        'DEFAULT_HEARTBEAT',
      )
      return {
        'reconnectAttempts': constants['DEFAULT_RECONNECT_LIMIT']!,
        'reconnectInterval': constants['DEFAULT_RECONNECT_INTERVAL_MS']!,
        'heartbeat.message': message!,
        'heartbeat.timeout': timeout!,
        'heartbeat.interval': interval!,
      }
    },
  },
  socketIo: {
    page: 'socket-io',
    library: 'socket.io-client',
    options: [
      ['socket.io-client', 'ManagerOptions'],
      ['socket.io-client/socket', 'SocketOptions'],
    ],
    results: [['socket.io-client/socket', 'Socket']],
    section: 'members',
    defaults: () => {
      const manager = new Manager('ws://test', { autoConnect: false })
      return {
        reconnection: `${manager.reconnection()}`,
        reconnectionAttempts: `${manager.reconnectionAttempts()}`,
        reconnectionDelay: `${manager.reconnectionDelay()}`,
        reconnectionDelayMax: `${manager.reconnectionDelayMax()}`,
        randomizationFactor: `${manager.randomizationFactor()}`,
        timeout: `${manager.timeout()}`,
      }
    },
  },
  reconnectingWebSocket: {
    page: 'reconnecting-websocket',
    library: 'reconnecting-websocket',
    options: [['reconnecting-websocket', 'Options']],
    results: [['reconnecting-websocket', 'ReconnectingWebSocket']],
    section: 'members',
    defaults: () => defaultsIn('reconnecting-websocket', 'dist/reconnecting-websocket-cjs.js', 'DEFAULT'),
  },
  partysocket: {
    page: 'partysocket',
    library: 'partysocket',
    options: [
      ['partysocket/ws', 'Options'],
      ['partysocket', 'PartySocketOptions'],
      ['partysocket/react', 'UsePartySocketOptions'],
    ],
    results: [['partysocket', 'PartySocket']],
    section: 'members',
    defaults: () => defaultsIn('partysocket', 'dist/ws.js', 'DEFAULT'),
  },
  handWritten: {
    page: 'hand-written',
    options: [],
    results: [['handWritten', 'Socket']],
    section: 'members',
    defaults: () => constantsIn(read('handWritten', 'before.ts')),
  },
  ahooks: {
    page: 'ahooks',
    library: 'ahooks',
    options: [['ahooks', 'Options']],
    results: [['ahooks', 'Result']],
    defaults: () => defaultsIn('ahooks', 'lib/useWebSocket/index.js', 'useWebSocket'),
  },
}

function read(folder: string, file: string): string {
  return readFileSync(join(import.meta.dirname, folder, file), 'utf8')
}

const HEADINGS = {
  en: {
    when: 'When not to migrate',
    steps: 'Steps',
    pair: 'Before and after',
    options: 'Options',
    results: 'Results',
    members: 'Members',
    changes: 'What changes in behaviour',
    firstStep: 'First step: the compatible class',
    checklist: 'Checklist',
  },
  zh: {
    when: '什么时候不必迁移',
    steps: '步骤',
    pair: '迁移前后',
    options: '选项',
    results: '返回值',
    members: '成员',
    changes: '行为上的变化',
    firstStep: '第一步：兼容的类',
    checklist: '检查清单',
  },
}
type Language = keyof typeof HEADINGS

/** The page without the anchors of its headings. */
const readPage = (language: Language, page: string): string =>
  readFileSync(
    join(import.meta.dirname, '../../docs', language === 'zh' ? 'zh' : '', 'migration', `${page}.md`),
    'utf8',
  ).replace(/^(#+ .*) \{#[\w-]+\}$/gm, '$1')

const sectionOf = (heading: string, text: string): string =>
  text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

/** The names in the first cell of each row, each with the other cells. Cells of defaults may have one for each name. */
const rowsOf = (section: string): { name: string; index: number; cells: string[] }[] =>
  [...section.matchAll(/^\| (`.*?) \|(.*)\|$/gm)].flatMap(([, first = '', rest = '']) =>
    codeIn(first).map((name, index) => ({ name, index, cells: rest.split('|').map((cell) => cell.trim()) })),
  )

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)

/** Our options, with their defaults. */
const groups = { reconnect: 'ReconnectOptions', heartbeat: 'HeartbeatOptions', queue: 'QueueRules' }
const ourOptions = new Map(
  [
    ...members('WebSocketOptions'),
    ...Object.entries(groups).flatMap(([group, type]) =>
      members(type).map(({ name, standard }) => ({ name: `${group}.${name}`, standard })),
    ),
  ].map(({ name, standard }) => [name, standard]),
)
const ourNames = new Set([...ourOptions.keys(), ...namesIn('Snapshot'), ...namesIn('WebSocketClient'), 'client'])

function namesIn(type: string): string[] {
  return members(type).map(({ name }) => name)
}

const cases = Object.entries(guides).flatMap(([folder, guide]) =>
  (['en', 'zh'] as const).map((language) => ({ folder, guide, language, page: guide.page })),
)

describe.each(cases)('$language: migration/$page', ({ folder, guide, language, page }) => {
  const text = readPage(language, page)
  const headings = HEADINGS[language]
  const options = rowsOf(sectionOf(headings.options, text))
  const results = rowsOf(sectionOf(headings[guide.section ?? 'results'], text))
  const typed = guide.options.flatMap(([library, type, inner]) => membersOf(library, type, inner))

  const { library: peer } = guide
  test.each(peer ? [peer] : [])('names the version of %s that is installed', (library) => {
    expect(text).toContain(`\`${library}\` ${versionOf(library)}`)
  })

  test('has the sections of all guides', () => {
    const shown = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    const { members: _members, results: _results, firstStep: _firstStep, ...required } = headings
    expect(shown).toEqual(expect.arrayContaining([...Object.values(required), headings[guide.section ?? 'results']]))
  })

  test('shows the code before and after, which its test runs', () => {
    for (const name of ['before', 'after']) {
      expect(sectionOf(headings.pair, text)).toContain(`<<< @/../examples/migration/${folder}/${name}.`)
    }
  })

  test('lists each option of the library, and only options that exist', () => {
    const names = typed.length > 0 ? typed.map(({ name }) => name) : Object.keys(guide.defaults())
    expect(options.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort())
  })

  test('lists each result of the library, and only results that exist', () => {
    const names = guide.results.flatMap(([library, type]) => membersOf(library, type)).map(({ name }) => name)
    expect(results.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort())
  })

  test('has the defaults of the code and of the type declarations', () => {
    const declared = typed.flatMap(({ name, standard }) => (standard === undefined ? [] : [[name, standard]]))
    const expected: Record<string, string> = { ...Object.fromEntries(declared), ...guide.defaults() }
    expect(Object.keys(expected).length).toBeGreaterThan(0)
    const shown = options
      .filter(({ name }) => name in expected)
      .map(({ name, index, cells }) => [name, codeIn(cells[0])[index]])
    expect(Object.fromEntries(shown)).toEqual(expected)
  })

  test('names options of ours that exist, with our defaults', () => {
    for (const { name, cells } of options) {
      const ours = codeIn(cells[1]).filter((code) => /^[a-z]+(\.[a-z]+)?$/i.test(code))
      for (const code of ours) expect(ourNames, `${name}`).toContain(code)
      const [shown] = codeIn(cells[2])
      if (shown) expect(ourOptions.get(ours[0] ?? ''), `${name}`).toMatch(new RegExp(`^${escape(shown)}( |$)`))
    }
    for (const { name, cells } of results) {
      for (const code of codeIn(cells[0]).filter((each) => /^[a-z]+$/i.test(each)))
        expect(ourNames, `${name}`).toContain(code)
    }
  })

  const firstStep = rowsOf(sectionOf(headings.firstStep, text))
  test.each(firstStep.length > 0 ? [firstStep] : [])('lists the defaults of the compatible class that differ', () => {
    const settings: object = readSettings({})
    const theirs = guide.defaults()
    const differing = Object.entries(settings).filter(([name, value]) => name in theirs && theirs[name] !== `${value}`)
    // The published class draws this one at random.
    if (!('minReconnectionDelay' in theirs)) differing.push(['minReconnectionDelay', 3000])
    const shown = firstStep.map(({ name, cells }) => [name, Number(codeIn(cells[1])[0])])
    expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(differing))
    for (const { name, cells } of firstStep) {
      if (name in theirs) expect(codeIn(cells[0])[0]).toBe(theirs[name])
      expect(settings).toHaveProperty(name, Number(codeIn(cells[1])[0]))
    }
  })

  const differences = differencesIn(sectionOf(headings.changes, text))
  test.each(language === 'en' ? [folder] : [])('lists the differences that its test shows, by the titles', () => {
    const titles = readdirSync(join(import.meta.dirname, folder))
      .filter((file) => /\.test\.tsx?$/.test(file) && !/^(from|pairs)/.test(file))
      .flatMap((file) => [...read(folder, file).matchAll(/^test\((['"`])(.*)\1,/gm)].map(([, , title = '']) => title))
    expect(titles.length).toBeGreaterThan(1)
    expect(differences.map(lower)).toEqual(titles.map(lower).filter((title) => !title.startsWith('both ')))
  })

  test.each(language === 'zh' ? [folder] : [])(
    'has the rows, the differences and the checks of the English page',
    () => {
      const english = readPage('en', page)
      expect(rowsOf(text).map(withoutProse)).toEqual(rowsOf(english).map(withoutProse))
      expect(differences.map(wordsOfCode)).toEqual(
        differencesIn(sectionOf(HEADINGS.en.changes, english)).map(wordsOfCode),
      )
      expect(itemsIn(sectionOf(headings.checklist, text))).toBe(itemsIn(sectionOf(HEADINGS.en.checklist, english)))
    },
  )
})

function differencesIn(section: string): string[] {
  return [...section.matchAll(/^- \*\*(.*?)[.。]\*\*/gm)].map(([, title = '']) => title)
}

const itemsIn = (section: string): number => section.match(/^- /gm)?.length ?? 0

/** The cells of a row but the last one, which explains. Of each, only the code. */
const withoutProse = ({ name, cells }: { name: string; cells: string[] }): (string | string[])[] => [
  name,
  ...cells.slice(0, -1).map(codeIn),
]

/** Names of code, which a translation keeps. */
const wordsOfCode = (title: string): string[] => codeIn(title).sort()

const lower = (text: string): string => text.toLowerCase().replaceAll('`', '')
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
