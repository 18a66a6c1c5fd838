/** Compares the server's README and PROTOCOL.md with the code: options, methods, events, codes, limits, and the tests of the promises. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CLOSE_CODES } from '../packages/server/src/protocol/closeCodes.ts'
import { checkLimits } from '../packages/server/src/context/limits.ts'
import { memoryStore } from '../packages/server/src/store/memory/memoryStore.ts'
import { ruleRemovals, titleOf } from '../packages/server/test/property/rules/ruleRemovals.ts'
import { members } from './support/publicTypes.ts'
import { namesIn, tableWith } from './support/tables.ts'

const folder = join(import.meta.dirname, '../packages/server')
const readme = readFileSync(join(folder, 'README.md'), 'utf8')
const protocol = readFileSync(join(folder, 'PROTOCOL.md'), 'utf8')

const limits = Object.entries(checkLimits())
const options = [
  ...members('HubOptions', 'server'),
  ...limits.map(([name, value]) => ({ name: `limits.${name}`, standard: `${value}` })),
]

describe('README.md of the server', () => {
  const table = tableWith('allowedOrigins', readme)

  test.each(options)('lists the option $name with its default', ({ name, standard = '' }) => {
    const row = table.find(({ names }) => names.includes(name))
    // A default that is a text may have another wording in the README.
    expect(row?.cells[0]).toMatch(/^(?!all$|yes$)\S+$/.test(standard) ? `\`${standard}\`` : /./)
  })

  test.each([
    ['option', table, options],
    ['member of a hub', tableWith('metrics()', readme), members('Hub', 'server')],
    ['event', tableWith('resume', readme), members('HubEvents', 'server')],
  ])('lists each %s, and only those that exist', (_, rows, all) => {
    expect(
      namesIn(rows)
        .map((name) => name.replace(/\(.*/, ''))
        .sort(),
    ).toEqual(all.map(({ name }) => name).sort())
  })

  test('lists each close code, and only those that exist', () => {
    expect(namesIn(tableWith('4001', readme))).toEqual(Object.values(CLOSE_CODES).map(String).sort())
  })

  test('shows a chat in less than 30 lines of code', () => {
    const [, chat = ''] = readme.split('## A chat that loses nothing')
    const blocks = [...chat.split('\n## ')[0]!.matchAll(/```ts\n([^]*?)```/g)].map(([, code = '']) => code)
    expect(blocks).toHaveLength(2)
    expect(blocks.join('').trim().split('\n').length).toBeLessThan(30)
  })
})

describe('the promises', () => {
  const section = readme.split('\n## What is promised\n')[1]!.split('\n## ')[0]!
  const given = protocol.split('\n## What is promised\n')[1]!.split('\n## ')[0]!

  test('have the same wording as in PROTOCOL.md', () => {
    const shown = [...section.matchAll(/^> (.*)$/gm)].map(([, promise]) => promise)
    expect(shown).toEqual(
      given
        .trim()
        .replace(/\n {3}/g, ' ')
        .split('\n'),
    )
    expect(shown).toHaveLength(4)
  })

  const proofs = [...section.matchAll(/^- \[[^\]]+\]\(([^)]+)\)[^:]*: (.*)$/gm)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/`([^`]+ [^`]+)`/g)].map(([, title = '']) => ({ file, title })),
  )

  test('name at least one test each', () => {
    const parts = section.split(/^> /m).slice(1)
    expect(parts.map((part) => proofs.some(({ title }) => part.includes(`\`${title}\``)))).toEqual([
      true,
      true,
      true,
      true,
    ])
  })

  test.each(proofs)('$file has the test "$title"', ({ file, title }) => {
    const text = readFileSync(join(folder, file), 'utf8').replace(/\$\{[^}]*\}/g, '…')
    const each = file.endsWith('rules.property.test.ts') ? ruleRemovals.map(titleOf) : []
    expect(each.includes(title) || text.includes(`test('${title}'`) || text.includes(`test(\`${title}\``)).toBe(true)
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
      objects,
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
      `| frame to the server | ${kib(frame)}, ${depth} levels deep, ${objects.toLocaleString('en').replace(',', ' ')} objects`,
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
