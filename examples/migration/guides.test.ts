/** Compares the guides with the published packages: each option and result has a row, and the defaults in the rows are those of the code. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { members } from '../support/publicTypes.ts'
import { type Library, membersOf, versionOf } from './support/declarations.ts'
import { defaultsIn } from './support/defaults.ts'

/** What a guide must list. */
interface Guide {
  library: string
  options: [library: Library, type: string, groups?: string[]][]
  results: [library: Library, type: string][]
  /** The defaults in the code of the package, by the name in the table. */
  defaults: () => Record<string, string>
}

/** Renames: the code has `delay` in a group that the table shows as `autoReconnect.delay`. */
const renamed = (values: Record<string, string>, names: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [names[name] ?? name, value]))

const guides: Record<string, Guide> = {
  vueuse: {
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
}

const read = (folder: string, file: string): string => readFileSync(join(import.meta.dirname, folder, file), 'utf8')

const sectionOf = (heading: string, text: string): string =>
  text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

/** The cells of each row whose first cell is code, without that cell. */
const rowsOf = (section: string): { name: string; cells: string[] }[] =>
  [...section.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({
    name,
    cells: rest.split('|').map((cell) => cell.trim()),
  }))

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

describe.each(Object.entries(guides))('examples/migration/%s/README.md', (folder, guide) => {
  const text = read(folder, 'README.md')
  const options = rowsOf(sectionOf('Options', text))
  const results = rowsOf(sectionOf('Results', text))
  const typed = guide.options.flatMap(([library, type, inner]) => membersOf(library, type, inner))

  test('names the version that is installed', () => {
    expect(text).toContain(`\`${guide.library}\` ${versionOf(guide.library)}`)
  })

  test('has the sections of all guides', () => {
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings).toEqual(expect.arrayContaining(SECTIONS))
  })

  test('lists each option of the library, and only options that exist', () => {
    expect(options.map(({ name }) => name).sort()).toEqual([...new Set(typed.map(({ name }) => name))].sort())
  })

  test('lists each result of the library, and only results that exist', () => {
    const names = guide.results.flatMap(([library, type]) => membersOf(library, type)).map(({ name }) => name)
    expect(results.map(({ name }) => name).sort()).toEqual([...new Set(names)].sort())
  })

  test('has the defaults of the code and of the type declarations', () => {
    const declared = typed.flatMap(({ name, standard }) => (standard === undefined ? [] : [[name, standard]]))
    const expected: Record<string, string> = { ...Object.fromEntries(declared), ...guide.defaults() }
    expect(Object.keys(expected).length).toBeGreaterThan(0)
    const shown = options.filter(({ name }) => name in expected).map(({ name, cells }) => [name, codeIn(cells[0])[0]])
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

  test('lists the differences that its test shows, by the titles', () => {
    const titles = readdirSync(join(import.meta.dirname, folder))
      .filter((file) => /\.test\.tsx?$/.test(file) && !file.startsWith('from'))
      .flatMap((file) => [...read(folder, file).matchAll(/^test\((['"`])(.*)\1,/gm)].map(([, , title = '']) => title))
    expect(titles.length).toBeGreaterThan(1)
    const section = sectionOf('What changes in behaviour', text)
    const shown = [...section.matchAll(/^- \*\*(.*?)\.\*\*/gm)].map(([, title = '']) => lower(title))
    expect(shown).toEqual(titles.map(lower).filter((title) => !title.startsWith('both ')))
    for (const title of titles.map(lower)) expect(lower(text)).toContain(title)
  })
})

const SECTIONS = [
  'When not to migrate',
  'Before and after',
  'Options',
  'Results',
  'What changes in behaviour',
  'Checklist',
]
const lower = (text: string): string => text.toLowerCase().replaceAll('`', '')
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
