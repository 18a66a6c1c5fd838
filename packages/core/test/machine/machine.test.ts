/** Compares the machine with its chart, a table of states and events, in every combination of flags. */

import { describe, expect, test } from 'vitest'
import { type MachineRules, type State, initial, statusOf, step } from '../../src/engine/machine.ts'
import { chart } from '../support/explore/chart.ts'
import { phaseOf } from '../support/explore/step.ts'
import { type Move, possibleMoves } from '../support/explore/system.ts'

const SOCKET = 7
const TIMERS = { connecting: 'connectTimeout', reconnecting: 'connectTimeout', closing: 'closeTimeout' } as const
const NAMED = /\b(onConnect|retry|onlineJitter|decision|interval|timeout|probe|closeTimeout)\b/

/** Parses the text of a state, for example `waiting retry 2 waits 1`. Other words in it are explanations for the reader. */
const stateOf = (text: string): State => {
  const [name] = text.match(/^\w+/)! as unknown as [State['name']]
  const [, timer = TIMERS[name as 'closing']] = (text.match(NAMED) ?? []) as [string, State['timer']?]
  const attempt = Number(text.match(/\d/)?.[0] ?? 0)
  return {
    name,
    timer,
    attempt,
    waits: Number(text.match(/waits (\d)/)?.[1] ?? attempt),
    hint: text.match(/hint (\w+)/)?.[1] as State['hint'],
    socket: SOCKET + (/\bnew\b/.test(text) ? 1 : 0),
  }
}

/** Whether the left side of a row matches an event under the rules. */
const matches = (row: string, { type, decision, ...event }: Move['event'], { onConnect }: MachineRules): boolean => {
  const flags = { ...event, onConnect }
  const [eventType, ...conditions] = row.split(' ')
  const expected = decision === 'pending' ? decision : decision ? 'yes' : 'no'
  const holds = (condition: string): boolean =>
    condition.startsWith('!')
      ? !flags[condition.slice(1) as keyof typeof flags]
      : !!flags[condition as keyof typeof flags] || condition === expected
  return eventType === type && conditions.every(holds)
}

const rowsOf = (section: string): string[][] =>
  section
    .split('\n')
    .filter((line) => line.includes('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))

/** Every event that the engine can produce in a state, in every combination of flags. */
const eventsIn = (state: State, rules: MachineRules): Move['event'][] => {
  const phase = phaseOf(state)
  const pendingDecision = state.timer === 'decision' ? SOCKET : undefined
  const sockets = phase ? [{ number: SOCKET, phase, detached: false }] : []
  return possibleMoves({ state, pendingDecision, sockets }, rules).map(({ event }) => event)
}

describe.each(Object.entries(chart))('in the state "%s" the machine', (name, section) => {
  const before = stateOf(name)
  const heartbeat = !name.includes('without heartbeat')
  const rows = rowsOf(section)
  const cases = [false, true].flatMap((onConnect) => {
    const rules: MachineRules = { maxAttempts: 3, heartbeat, onConnect }
    return eventsIn(before, rules).map((event) => [event, rules] as const)
  })

  test.each(rows)('goes on "%s" to "%s" with the effects "%s"', (row, after, effects) => {
    const matching = cases.filter(([event, rules]) => matches(row!, event, rules))
    expect(matching.length, 'the engine never produces this event').toBeGreaterThan(0)
    for (const [event, rules] of matching) {
      const [state, produced] = step(before, event, rules)
      expect(state).toEqual(stateOf(after!))
      expect(produced.join(' ')).toBe(effects)
      expect(state, 'the same object means that the event was ignored').not.toBe(before)
    }
  })

  test('ignores every event that is not in the table', () => {
    for (const [event, rules] of cases) {
      const matching = rows.filter(([row]) => matches(row!, event, rules))
      expect(matching.length, `rows for ${JSON.stringify(event)}`).toBeLessThan(2)
      if (!matching.length) expect([event, step(before, event, rules)]).toEqual([event, [before, []]])
    }
  })

  test('ignores events of another socket and of a timer that is not running', () => {
    for (const [event, rules] of cases) {
      const [state, effects] = step(before, { ...event, socket: SOCKET - 1 }, rules)
      expect(state).toBe(before)
      expect(effects).toEqual([])
      if (event.timer) expect(step({ ...before, timer: undefined }, event, rules)[1]).toEqual([])
    }
  })
})

test('the initial state is closed, without a socket, a timer or an attempt', () => {
  expect(initial).toEqual({ name: 'closed', socket: 0, timer: undefined, attempt: 0, waits: 0, hint: undefined })
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
  const [after] = step(
    before,
    { type: 'lost', decision: true },
    { maxAttempts: Infinity, heartbeat: false, onConnect: false },
  )
  expect(after).toMatchObject({ name: 'waiting', attempt: 1e6 + 1 })
})
