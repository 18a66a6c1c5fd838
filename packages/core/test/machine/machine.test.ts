/** The machine as a table: for each state the events that change it, the next state and the effects. All other events are ignored. */

import { describe, expect, test } from 'vitest'
import { type MachineRules, type State, initial, statusOf, step } from '../../src/engine/machine.ts'
import { PHASES } from '../support/explore/step.ts'
import { type Move, possibleMoves } from '../support/explore/system.ts'

/**
 * Left: the event, and the flags that it must have or, after `!`, must not have; `yes`, `no` and `ask` are the decision.
 * Middle: the next state, its timer unless the state implies it, its attempt unless 0, and `new` for the next socket number.
 * Right: effects, then notifications.
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

/** Parses the text of a state, for example `waiting retry 2`. Other words in it are explanations for the reader. */
const stateOf = (text: string): State => {
  const [name] = text.match(/^\w+/)! as unknown as [State['name']]
  const named = text.match(/\b(retry|soon|verdict|interval|timeout|probe)\b/) as State['timer'][] | null
  const timer = named?.[0] ?? TIMERS[name as 'closing']
  return { name, timer, attempt: Number(text.match(/\d/)?.[0] ?? 0), socket: SOCKET + (/\bnew\b/.test(text) ? 1 : 0) }
}

/** Whether the left side of a row matches an event. */
const matches = (row: string, { type, verdict, ...flags }: Move['event']): boolean => {
  const [eventType, ...conditions] = row.split(' ')
  const decision = verdict === 'ask' ? verdict : verdict ? 'yes' : 'no'
  const holds = (condition: string): boolean =>
    condition.startsWith('!')
      ? !flags[condition.slice(1) as keyof typeof flags]
      : !!flags[condition as keyof typeof flags] || condition === decision
  return eventType === type && conditions.every(holds)
}

const rowsOf = (section: string): string[][] =>
  section
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))

/** Every event that the engine can produce in a state, in every combination of flags. */
const movesIn = (state: State): Move[] => {
  const phase = PHASES[state.name] as 'open' | undefined
  const pendingDecision = state.timer === 'verdict' ? SOCKET : undefined
  const sockets = phase ? [{ number: SOCKET, phase, detached: false }] : []
  return possibleMoves({ state, pendingDecision, sockets })
}

describe.each(Object.entries(chart))('in the state "%s" the machine', (name, section) => {
  const before = stateOf(name)
  const rules: MachineRules = { maxAttempts: 3, beats: !name.includes('without heartbeat') }
  const rows = rowsOf(section)
  const moves = movesIn(before)

  test.each(rows)('goes on "%s" to "%s" with the effects "%s"', (row, after, effects) => {
    const matching = moves.filter(({ event }) => matches(row!, event))
    expect(matching.length, 'the engine never produces this event').toBeGreaterThan(0)
    for (const { event } of matching) {
      const [state, produced] = step(before, event, rules)
      expect(state).toEqual(stateOf(after!))
      expect(produced.join(' ')).toBe(effects)
      expect(state, 'the same object would not restart the timer').not.toBe(before)
    }
  })

  test('ignores every event that is not in the table', () => {
    for (const { event } of moves) {
      const matching = rows.filter(([row]) => matches(row!, event))
      expect(matching.length, `rows for ${JSON.stringify(event)}`).toBeLessThan(2)
      if (!matching.length) expect(step(before, event, rules)).toEqual([before, []])
    }
  })

  test('ignores events of another socket and of a timer that is not running', () => {
    for (const { event } of moves) {
      const [state, effects] = step(before, { ...event, socket: SOCKET - 1 }, rules)
      expect(state).toBe(before)
      expect(effects).toEqual([])
      if (event.timer) expect(step({ ...before, timer: undefined }, event, rules)[1]).toEqual([])
    }
  })
})

test('the initial state is closed, without a socket, a timer or an attempt', () => {
  expect(initial).toEqual({ name: 'closed', socket: 0, timer: undefined, attempt: 0 })
})

test.each([
  ['waiting', 'reconnecting'],
  ['reconnecting', 'reconnecting'],
  ['connecting', 'connecting'],
  ['open', 'open'],
  ['closing', 'closing'],
  ['closed', 'closed'],
] as const)('the state %s has the public status %s', (name, status) => {
  expect(statusOf({ ...initial, name })).toBe(status)
})

test('without a limit a millionth attempt is followed by another', () => {
  const before: State = { ...stateOf('reconnecting 2'), attempt: 1e6 }
  const [after] = step(before, { type: 'lost', verdict: true }, { maxAttempts: Infinity, beats: false })
  expect(after).toMatchObject({ name: 'waiting', attempt: 1e6 + 1 })
})
