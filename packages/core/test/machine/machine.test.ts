/** The chart as a table to read: in which state what happens, what comes of it, what is to be done. No more happens. */

import { describe, expect, test } from 'vitest'
import { type MachineRules, type State, initial, statusOf, step } from '../../src/engine/machine.ts'
import { PHASES } from '../support/explore/step.ts'
import { type Move, movesOf } from '../support/explore/system.ts'

/**
 * Left: what happens, and the flags that it must have or, with `!`, must not have; `yes`, `no` and `ask` are verdicts.
 * Middle: the next state, its timer where the state does not tell it, its attempt unless 0, `new` where the socket is.
 * Right: deeds, then words.
 */
const chart: Record<string, string> = {
  'closed': `
    open                | connecting new       | drop dial
    reconnect           | connecting new       | drop dial`,

  'connecting': `
    opened              | open interval        | flush open
    lost yes            | waiting retry 1      | drop close retry
    lost ask            | waiting verdict 1    | drop close
    lost no             | closed               | drop close stop
    due yes             | waiting retry 1      | drop close retry
    due ask             | waiting verdict 1    | drop close
    due no              | closed               | drop close stop
    close               | closed               | drop close
    reconnect eager     | connecting new       | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'reconnecting 2': `
    opened              | open interval 2      | flush open
    lost yes            | waiting retry 3      | drop close retry
    lost ask            | waiting verdict 3    | drop close
    lost no             | closed               | drop close stop
    due yes             | waiting retry 3      | drop close retry
    due ask             | waiting verdict 3    | drop close
    due no              | closed               | drop close stop
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'reconnecting 3, the last': `
    opened              | open interval 3      | flush open
    lost                | closed               | drop close stop
    due                 | closed               | drop close stop
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'waiting retry 1': `
    due                 | reconnecting 1 new   | drop dial
    open eager          | reconnecting 1 new   | drop dial
    wake eager          | reconnecting 1 new   | drop dial
    online              | waiting soon 1       | retry
    offline             | waiting retry 1      | retry
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'waiting retry 2': `
    due                 | reconnecting 2 new   | drop dial
    open eager          | reconnecting 2 new   | drop dial
    wake eager          | reconnecting 2 new   | drop dial
    online              | waiting soon 2       | retry
    offline             | waiting retry 2      | retry
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'waiting soon 2': `
    due                 | reconnecting 2 new   | drop dial
    open eager          | reconnecting 2 new   | drop dial
    wake eager          | reconnecting 2 new   | drop dial
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'waiting verdict 2': `
    verdict yes         | waiting retry 2      | retry
    verdict no          | closed               | stop
    due                 | waiting retry 2      | retry
    open eager          | reconnecting 2 new   | drop dial
    open !eager         | waiting retry 2      | retry
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'waiting, the page being away': `
    wake                | reconnecting new     | drop dial
    open                | reconnecting new     | drop dial
    close               | closed               | drop close
    reconnect eager     | reconnecting new     | drop dial
    reconnect !eager    | waiting retry 1      | drop retry
    rest                | closed               | drop
    hide                | waiting              | drop`,

  'open 2, without heartbeat': `
    lost yes !stable    | waiting retry 3      | drop close retry
    lost yes stable     | waiting retry 1      | drop close retry
    lost ask !stable    | waiting verdict 3    | drop close
    lost ask stable     | waiting verdict 1    | drop close
    lost no             | closed               | drop close stop
    close               | closing              | shut
    reconnect eager     | reconnecting new     | drop dial close
    reconnect !eager    | waiting retry 1      | drop close retry
    rest                | closed               | drop close
    hide                | waiting              | drop close`,

  'open interval 2': `
    due                 | open timeout 2       | ping
    wake silent         | open probe 2         | ping
    online silent       | open probe 2         | ping
    offline silent      | open probe 2         | ping
    lost yes !stable    | waiting retry 3      | drop close retry
    lost yes stable     | waiting retry 1      | drop close retry
    lost ask !stable    | waiting verdict 3    | drop close
    lost ask stable     | waiting verdict 1    | drop close
    lost no             | closed               | drop close stop
    close               | closing              | shut
    reconnect eager     | reconnecting new     | drop dial close
    reconnect !eager    | waiting retry 1      | drop close retry
    rest                | closed               | drop close
    hide                | waiting              | drop close`,

  'open timeout 2': `
    heard               | open interval 2      |
    due late            | open timeout 2       | ping
    due !late yes !stable | waiting retry 3    | drop close retry
    due !late yes stable  | waiting retry 1    | drop close retry
    due !late ask !stable | waiting verdict 3  | drop close
    due !late ask stable  | waiting verdict 1  | drop close
    due !late no        | closed               | drop close stop
    lost yes !stable    | waiting retry 3      | drop close retry
    lost yes stable     | waiting retry 1      | drop close retry
    lost ask !stable    | waiting verdict 3    | drop close
    lost ask stable     | waiting verdict 1    | drop close
    lost no             | closed               | drop close stop
    close               | closing              | shut
    reconnect eager     | reconnecting new     | drop dial close
    reconnect !eager    | waiting retry 1      | drop close retry
    rest                | closed               | drop close
    hide                | waiting              | drop close`,

  'open probe 2': `
    heard               | open interval 2      |
    due late            | open probe 2         | ping
    due !late yes !stable | waiting retry 3    | drop close retry
    due !late yes stable  | waiting retry 1    | drop close retry
    due !late ask !stable | waiting verdict 3  | drop close
    due !late ask stable  | waiting verdict 1  | drop close
    due !late no        | closed               | drop close stop
    lost yes !stable    | waiting retry 3      | drop close retry
    lost yes stable     | waiting retry 1      | drop close retry
    lost ask !stable    | waiting verdict 3    | drop close
    lost ask stable     | waiting verdict 1    | drop close
    lost no             | closed               | drop close stop
    close               | closing              | shut
    reconnect eager     | reconnecting new     | drop dial close
    reconnect !eager    | waiting retry 1      | drop close retry
    rest                | closed               | drop close
    hide                | waiting              | drop close`,

  'open 3, the last, timeout': `
    heard               | open interval 3      |
    due late            | open timeout 3       | ping
    due !late !stable   | closed               | drop close stop
    due !late yes stable | waiting retry 1     | drop close retry
    due !late ask stable | waiting verdict 1   | drop close
    due !late no stable | closed               | drop close stop
    lost !stable        | closed               | drop close stop
    lost yes stable     | waiting retry 1      | drop close retry
    lost ask stable     | waiting verdict 1    | drop close
    lost no stable      | closed               | drop close stop
    close               | closing              | shut
    reconnect eager     | reconnecting new     | drop dial close
    reconnect !eager    | waiting retry 1      | drop close retry
    rest                | closed               | drop close
    hide                | waiting              | drop close`,

  'closing': `
    lost                | closed               | drop close
    due                 | closed               | drop close
    rest                | closed               | drop close
    hide                | closed               | drop close
    open                | connecting new       | drop dial close
    reconnect           | connecting new       | drop dial close`,
}

const SOCKET = 7
const TIMERS = { connecting: 'connectTimeout', reconnecting: 'connectTimeout', closing: 'closeTimeout' } as const

/** `waiting retry 2` as a state. What else is said is for the reader. */
const stateOf = (text: string): State => {
  const [name] = text.match(/^\w+/)! as unknown as [State['name']]
  const named = text.match(/\b(retry|soon|verdict|interval|timeout|probe)\b/) as State['timer'][] | null
  const timer = named?.[0] ?? TIMERS[name as 'closing']
  return { name, timer, attempt: Number(text.match(/\d/)?.[0] ?? 0), socket: SOCKET + (/\bnew\b/.test(text) ? 1 : 0) }
}

/** Whether a row's left side speaks of this event. */
const speaksOf = (words: string, { type, verdict, ...flags }: Move['event']): boolean => {
  const [of, ...rest] = words.split(' ')
  const holds = (word: string): boolean =>
    word.startsWith('!')
      ? !flags[word.slice(1) as keyof typeof flags]
      : !!flags[word as keyof typeof flags] || word === (verdict === 'ask' ? verdict : verdict ? 'yes' : 'no')
  return of === type && rest.every(holds)
}

const rowsOf = (section: string): string[][] =>
  section
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))

/** All that the runner can say in a state, in every combination of flags. */
const movesIn = (state: State): Move[] => {
  const phase = PHASES[state.name] as 'open' | undefined
  const asked = state.timer === 'verdict' ? SOCKET : undefined
  return movesOf({ state, asked, sockets: phase ? [{ number: SOCKET, phase, dropped: false }] : [] })
}

describe.each(Object.entries(chart))('%s', (name, section) => {
  const before = stateOf(name)
  const rules: MachineRules = { maxAttempts: 3, beats: !name.includes('without heartbeat') }
  const rows = rowsOf(section)
  const moves = movesIn(before)

  test.each(rows)('%s -> %s: %s', (words, after, effects) => {
    const spoken = moves.filter(({ event }) => speaksOf(words!, event))
    expect(spoken.length, 'this never happens').toBeGreaterThan(0)
    for (const { event } of spoken) {
      const [state, done] = step(before, event, rules)
      expect(state).toEqual(stateOf(after!))
      expect(done.join(' ')).toBe(effects)
      expect(state, 'nothing would begin').not.toBe(before)
    }
  })

  test('ignores everything else', () => {
    for (const { event } of moves) {
      const spoken = rows.filter(([words]) => speaksOf(words!, event))
      expect(spoken.length, `rows for ${JSON.stringify(event)}`).toBeLessThan(2)
      if (!spoken.length) expect(step(before, event, rules)).toEqual([before, []])
    }
  })

  test('does not hear a socket or a timer that is not the present one', () => {
    for (const { event } of moves) {
      const [state, effects] = step(before, { ...event, socket: SOCKET - 1 }, rules)
      expect(state).toBe(before)
      expect(effects).toEqual([])
      if (event.timer) expect(step({ ...before, timer: undefined }, event, rules)[1]).toEqual([])
    }
  })
})

test('begins closed, with nothing', () => {
  expect(initial).toEqual({ name: 'closed', socket: 0, timer: undefined, attempt: 0 })
})

test.each([
  ['waiting', 'reconnecting'],
  ['reconnecting', 'reconnecting'],
  ['connecting', 'connecting'],
  ['open', 'open'],
  ['closing', 'closing'],
  ['closed', 'closed'],
] as const)('%s is %s to users', (name, status) => {
  expect(statusOf({ ...initial, name })).toBe(status)
})

test('without a limit, attempts go on', () => {
  const before: State = { ...stateOf('reconnecting 2'), attempt: 1e6 }
  const [after] = step(before, { type: 'lost', verdict: true }, { maxAttempts: Infinity, beats: false })
  expect(after).toMatchObject({ name: 'waiting', attempt: 1e6 + 1 })
})
