/**
 * Compares the server's pages, PROTOCOL.md and TESTS.md with the code: options with their defaults, methods, events, metrics, codes,
 * limits, and the tests of each statement on promises and security.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createHubContext } from '../packages/server/src/context/hubContext.ts'
import { type Limits, checkLimits } from '../packages/server/src/context/limits.ts'
import { DRAIN_MARGIN, DRAIN_WINDOW } from '../packages/server/src/drain.ts'
import { createHistogramSet } from '../packages/server/src/metrics/histogram.ts'
import { metricsText } from '../packages/server/src/metrics/metrics.ts'
import { createStats } from '../packages/server/src/metrics/stats.ts'
import { CLOSE_CODES } from '../packages/server/src/protocol/closeCodes.ts'
import { KEPT_ANSWERS, KEPT_ANSWER_BYTES } from '../packages/server/src/store/keptAnswers.ts'
import { DEFAULTS as MEMORY_STORE, memoryStore } from '../packages/server/src/store/memory/memoryStore.ts'
import { checkOptions as checkRedisOptions } from '../packages/server/src/store/redis/redisStoreOptions.ts'
import { ruleRemovals, titleOf } from '../packages/server/test/property/rules/ruleRemovals.ts'
import { members } from './support/publicTypes.ts'
import { namesIn, tableWith } from './support/tables.ts'

const folder = join(import.meta.dirname, '../packages/server')
const read = (path: string): string => readFileSync(join(folder, path), 'utf8')
const languages = ['docs', 'docs/zh']
const page = (path: string, language = 'docs'): string =>
  readFileSync(join(import.meta.dirname, '..', language, `${path}.md`), 'utf8')
const protocol = read('PROTOCOL.md')
const tests = read('TESTS.md')

/** The link to a heading: its id, or else its words. */
const idOf = (heading: string): string =>
  /\{#([\w-]+)\}$/.exec(heading)?.[1] ??
  heading
    .toLowerCase()
    .replaceAll(' ', '-')
    .replace(/[^\w-]/g, '')

/** The text below the heading with this id, up to the next heading of the same or a higher level. */
const section = (id: string, markdown: string): string => {
  const [heading, level = '', title] =
    [...markdown.matchAll(/^(#+) (.*)$/gm)].find(([, , text = '']) => idOf(text) === id) ?? []
  if (heading === undefined || title === undefined) throw new Error(`no heading with the id ${id}`)
  const [, text = ''] = `${markdown}\n`.split(`\n${heading}\n`)
  return text.split(new RegExp(`^#{1,${level.length}} `, 'm'))[0]!
}

/** The headings of a level. */
const headingsOf = (level: string, markdown: string): string[] =>
  [...markdown.matchAll(new RegExp(`^${level} (.*)$`, 'gm'))].map(([, part = '']) => part)

/** An object as a flat one: `{ history: { bytes: 1 } }` becomes `{ 'history.bytes': 1 }`. */
const flat = (value: object, prefix = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, item]) =>
      typeof item === 'object' && item !== null
        ? Object.entries(flat(item as object, `${prefix}${name}.`))
        : [[`${prefix}${name}`, item]],
    ),
  )

/** The default of a destructured option in a source file: `path = '/'`. */
const literalIn = (file: string, name: string): string => {
  const found = [...read(file).matchAll(new RegExp(`\\b${name} = ('[^']*'|true|false)`, 'g'))].map(([, text]) => text)
  expect(new Set(found).size).toBe(1) // several places have the same default
  return found[0]!
}

const namesOf = (type: string): string[] => members(type, 'server').map(({ name }) => name)
const { heartbeat, limits } = createHubContext({})
const redisClient = { duplicate: () => ({}) } as never

/** The option tables: their section, the options in the code, and the defaults in the code. */
const tables: [id: string, names: string[], defaults: Record<string, unknown>][] = [
  [
    'options',
    [...namesOf('HubOptions'), ...Object.keys(flat({ heartbeat, limits }))],
    {
      ...flat({ heartbeat, limits }),
      noServer: literalIn('src/hub.ts', 'noServer'),
      path: literalIn('src/hub.ts', 'path'),
      presence: literalIn('src/context/hubContext.ts', 'presence'),
      codec: literalIn('src/context/hubContext.ts', 'codec'),
      keepRequest: literalIn('src/context/hubContext.ts', 'keepRequest'),
      store: 'memoryStore()',
    },
  ],
  [
    'the-options-of-memorystore',
    [...namesOf('MemoryStoreOptions').filter((name) => name !== 'history'), 'history.messages', 'history.bytes'],
    flat(MEMORY_STORE),
  ],
  [
    'the-options-of-redisstore',
    [...namesOf('RedisStoreOptions').filter((name) => name !== 'history'), 'history.messages', 'history.bytes'],
    { ...flat(checkRedisOptions(redisClient, {})), prefix: `'${checkRedisOptions(redisClient, {}).prefix}'` },
  ],
  [
    'methods',
    ['publish.idempotencyKey', 'drain.window', 'drain.timeout'],
    { 'drain.window': DRAIN_WINDOW, 'drain.timeout': `\`window\` + ${DRAIN_MARGIN}` },
  ],
]

const tablesOfAll = languages.flatMap((language) => tables.map((table) => [language, ...table] as const))

describe.each(tablesOfAll)('in %s/reference/server.md the option table in "%s"', (language, id, names, defaults) => {
  const rows = section(id, page('reference/server', language))
    .split('\n')
    .filter((line) => /^\| `[^|]*\|/.test(line) && line.replaceAll(String.raw`\|`, '').split('|').length === 7)
    .map((line) => {
      const [, name = '', ...cells] = line.replaceAll(String.raw`\|`, '/').split('|')
      return { name: name.replaceAll('`', '').trim(), cells: cells.map((cell) => cell.trim()) }
    })

  test('has each option, and only those that exist', () => {
    expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort())
  })

  test('has the defaults of the code', () => {
    const shown = Object.fromEntries(rows.map(({ name, cells }) => [name, cells[1]]))
    const expected = Object.fromEntries(
      names.map((name) => {
        const value = defaults[name]
        // An option without a default in the code has a description without code.
        if (value === undefined) return [name, expect.stringMatching(/^[^`]+$/)]
        return [name, `${value}`.includes('`') ? value : `\`${value}\``]
      }),
    )
    expect(shown).toEqual(expected)
  })

  test('has a type, a meaning and a reason for each default', () => {
    for (const { name, cells } of rows) {
      const [type, standard, meaning, reason] = cells
      expect([name, type, meaning, reason]).not.toContain('')
      // Only a group of options, or a default that is none, needs no reason.
      expect(reason === '–' && !/object|对象|–|clock/i.test(`${type} ${standard}`) ? name : undefined).toBeUndefined()
    }
  })
})

test.each(members('HubOptions', 'server').filter(({ standard }) => /^('.*'|\d+|true|false)$/.test(standard ?? '')))(
  'the comment of the option $name has the default of the code',
  ({ name, standard }) => {
    expect(standard).toBe(`${tables[0]![2][name]}`)
  },
)

describe.each(languages)('the pages of the server in %s', (language) => {
  const reference = page('reference/server', language)
  const security = page('server/authentication', language)

  test.each([
    ['member of a hub', tableWith('metrics()', reference), members('Hub', 'server')],
    ['event', tableWith('resume', reference), members('HubEvents', 'server')],
  ])('lists each %s, and only those that exist', (_, rows, all) => {
    expect(
      namesIn(rows)
        .map((name) => name.replace(/\(.*/, ''))
        .sort(),
    ).toEqual(all.map(({ name }) => name).sort())
  })

  test('lists each close code, and only those that exist', () => {
    expect(namesIn(tableWith('4509', section('close-codes', reference)))).toEqual(
      Object.values(CLOSE_CODES).map(String).sort(),
    )
  })

  test('lists each metric with its label, and only those that exist', () => {
    const latencies = { listeners: createHistogramSet(), store: createHistogramSet() }
    for (const set of Object.values(latencies)) set.observe('x', 1)
    const text = metricsText({ ...createStats(), closes: { 1000: 1 } }, latencies)
    const all = [...text.matchAll(/^# TYPE holdfast_(\S+) (\w+)\n.*?\{(\w+)=|^# TYPE holdfast_(\S+)/gm)].map(
      ([, labelled, , label, plain]) => (labelled ? `${labelled}{${label}}` : plain!),
    )
    expect(namesIn(tableWith('store_up', page('server/operations', language)))).toEqual(all.sort())
  })

  test('lists each reason of a refusal, and only those that exist', () => {
    expect(namesIn(tableWith('draining', section('refusals', security)))).toEqual(
      Object.keys(createStats().refusals).sort(),
    )
  })

  test('describes what happens at each limit', () => {
    const all = Object.keys(limits).map((name) => `limits.${name}`)
    expect(namesIn(tableWith('limits.hello', section('the-limits-of-one-client', security)))).toEqual(all.sort())
  })

  test('show a start in at most ten lines of code, and a chat in less than 30', () => {
    const files = [...page('server/chat', language).matchAll(/^<<< @\/\.\.\/(examples\/.*)$/gm)].map(
      ([, file = '']) => file,
    )
    const [server, client, chat] = files.map((file) => codeOf(file))
    expect(files).toHaveLength(3)
    expect([...server!, ...client!].filter((line) => line !== '').length).toBeLessThanOrEqual(10)
    expect(server!.length + chat!.length).toBeLessThan(30)
  })
})

/** The lines of an example without the comment for maintainers. */
const codeOf = (file: string): string[] =>
  readFileSync(join(import.meta.dirname, '..', file), 'utf8')
    .replace(/^\/\*\*[^]*?\*\/\n+/, '')
    .trim()
    .split('\n')

describe.each(languages)('the memory of one connection in %s', (language) => {
  const KIB = 1024
  const MIB = KIB * KIB
  /** As the table calculates it. */
  const memoryOf = (own: Limits): number[] => [
    own.frame + 300 * (512 + own.frame / 512),
    2 * (own.backlogBytes + own.frame),
    own.frameMemory + 4 * own.frame,
    own.sendBuffer + own.replayBytes,
    2 * (KEPT_ANSWER_BYTES + KEPT_ANSWERS * KIB),
    own.streams * KIB,
  ]
  const sumOf = (own: Limits): number => memoryOf(own).reduce((sum, part) => sum + part, 0)
  const text = section('what-an-anonymous-client-can-use-up', page('server/authentication', language))
  const round = (bytes: number): number => Math.round((10 * bytes) / MIB) / 10

  test('has the parts and the sum of the default limits', () => {
    const shown = [...text.matchAll(/\| \**([\d.]+) MiB\** \|$/gm)].map(([, number]) => Number(number))
    expect(shown).toEqual([...memoryOf(limits), sumOf(limits)].map(round))
    expect(text).toContain(`${Math.round((20 * sumOf(limits)) / MIB)} MiB`)
    expect(text).toContain('`perAddress: 20`')
  })

  test('has the sum of the smaller limits that it recommends', () => {
    const [, settings = '', sum] = /^.*?(`frame: .*`replayBytes: [\d_]+`).*?([\d.]+) MiB/m.exec(text) ?? []
    const smaller = [...settings.matchAll(/`(\w+): ([\d_]+)`/g)].map(([, name = '', value = '']) => [
      name,
      Number(value.replaceAll('_', '')),
    ])
    expect(smaller.length).toBeGreaterThan(3)
    expect(Number(sum)).toBe(round(sumOf(checkLimits(Object.fromEntries(smaller) as Partial<Limits>))))
  })
})

/** The tests that a text names: `- [file](path): title · title`, with the titles as code. */
const proofsIn = (text: string): { file: string; title: string }[] =>
  [...text.matchAll(/^- \[[^\]]+\]\(([^)]+\.test\.ts)\)[^:]*: (.*)$/gm)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/`([^`]+ [^`]+)`/g)].map(([, title = '']) => ({ file, title })),
  )

test.each(proofsIn(tests))('$file has the test "$title"', ({ file, title }) => {
  const text = read(file).replace(/\$\{[^}]*\}/g, '…')
  const each = file.endsWith('rules.property.test.ts') ? ruleRemovals.map(titleOf) : []
  expect(each.includes(title) || text.includes(`'${title}',`) || text.includes(`\`${title}\`,`)).toBe(true)
})

test('TESTS.md names a test of each part of the page on security', () => {
  const parts = headingsOf('##', page('server/authentication')).filter((part) => part !== 'Before you go live')
  expect(parts.length).toBeGreaterThan(8)
  expect(headingsOf('###', section('security', tests))).toEqual(parts)
  expect(parts.filter((part) => proofsIn(section(idOf(part), tests)).length === 0)).toEqual([])
})

describe('the promises', () => {
  const text = page('server/promises')
  const given = protocol.split('\n## What is promised\n')[1]!.split('\n## ')[0]!

  test('have the same wording as in PROTOCOL.md', () => {
    const shown = [...text.matchAll(/^> (.*)$/gm)].map(([, promise]) => promise)
    expect(shown).toEqual(
      given
        .trim()
        .replace(/\n {3}/g, ' ')
        .split('\n'),
    )
    expect(shown).toHaveLength(4)
  })

  test('have at least one test each', () => {
    const parts = headingsOf('###', section('what-is-promised', tests))
    expect(parts).toEqual([1, 2, 3, 4].map((number) => `Promise ${number}`))
    expect(parts.filter((part) => proofsIn(section(idOf(part), tests)).length === 0)).toEqual([])
  })
})

describe('PROTOCOL.md', () => {
  test('names for each rule a test that fails without it', () => {
    const rules = [...protocol.matchAll(/^- \*\*([RDS]\d)\*\*/gm)].map(([, rule]) => rule)
    expect(rules.length).toBeGreaterThan(0)
    expect(rules.filter((rule) => !ruleRemovals.some((removal) => removal.rule === rule))).toEqual([])
    expect(ruleRemovals.filter(({ rule }) => !rules.includes(rule))).toEqual([])
  })

  test('lists each close code of the hub', () => {
    const rows = protocol.split('\n## Close codes\n')[1]!.matchAll(/^\| (\d{4}) \| server \|/gm)
    expect([...rows].map(([, code]) => Number(code))).toEqual(
      Object.values(CLOSE_CODES).sort((one, other) => one - other),
    )
  })

  test('states the default limits', () => {
    const [, bounds = ''] = protocol.split('\n## Bounds\n')
    const kib = (bytes: number): string => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes / 2 ** 10} KiB`)
    const {
      frame,
      depth,
      frameMemory,
      streams,
      replayMessages,
      replayBytes,
      sendBuffer,
      hello,
      rate,
      burst,
      byteRate,
      byteBurst,
      backlog,
      backlogBytes,
    } = checkLimits()
    const { ms, messages, bytes } = memoryStore().kept!
    for (const line of [
      `| recovery window | ${ms / 1000} s from`,
      `| history per stream | ${messages} messages and ${kib(bytes)} |`,
      `| replay per hello | ${replayMessages} messages and ${kib(replayBytes)} over`,
      `| streams per connection | ${streams} |`,
      `| frame to the server | ${kib(frame)}, ${depth} levels deep, no member named \`__proto__\`; its values need at most ${kib(frameMemory)} of`,
      `| send buffer per client at the server | ${kib(sendBuffer)}, then 4001`,
      `| deadline of \`hello\`, and of a close | ${hello / 1000} s |`,
      `| messages from one client | ${rate}/s in the mean, bursts of ${burst}; ${kib(byteRate)}/s, bursts of ${kib(byteBurst)}. Further ones wait`,
      `| pings and pongs from one client | ${rate}/s in the mean, bursts of ${burst}; then 4005`,
      `| messages of one client that wait | ${backlog} and ${kib(backlogBytes)}. While more wait`,
    ]) {
      expect(bounds).toContain(line)
    }
  })
})
