/** The machine as a table: for each state the events that change it, the next state and the effects. All other events are ignored. */

import { describe, expect, test } from 'vitest'
import { type MachineRules, type State, initial, statusOf, step } from '../../src/engine/machine.ts'
import { PHASES } from '../support/explore/step.ts'
import { type Move, possibleMoves } from '../support/explore/system.ts'

/**
 * Left: the event, and the flags that it must have or, after `!`, must not have; `yes`, `no` and `pending` are the decision.
 * Middle: the next state, its timer unless the state implies it, its attempt unless 0, and `new` for the next socket number.
 * Right: effects, then notifications.
 */
const chart: Record<string, string> = {
  'closed': `
    open                                | connecting new           | detach dial
    reconnect                           | connecting new           | detach dial`,

  'connecting': `
    opened                              | open interval            | flush open
    lost yes                            | waiting retry 1          | detach close retry
    lost pending                        | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting retry 1          | detach close retry
    timerFired pending                  | waiting decision 1       | detach close
    timerFired no                       | closed                   | detach close stop
    close                               | closed                   | detach close
    reconnect eager                     | connecting new           | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'reconnecting 2': `
    opened                              | open interval 2          | flush open
    lost yes                            | waiting retry 3          | detach close retry
    lost pending                        | waiting decision 3       | detach close
    lost no                             | closed                   | detach close stop
    timerFired yes                      | waiting retry 3          | detach close retry
    timerFired pending                  | waiting decision 3       | detach close
    timerFired no                       | closed                   | detach close stop
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'reconnecting 3, the last': `
    opened                              | open interval 3          | flush open
    lost                                | closed                   | detach close stop
    timerFired                          | closed                   | detach close stop
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'waiting retry 1': `
    timerFired                          | reconnecting 1 new       | detach dial
    open eager                          | reconnecting 1 new       | detach dial
    wake eager                          | reconnecting 1 new       | detach dial
    online                              | waiting onlineJitter 1   | retry
    offline                             | waiting retry 1          | retry
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'waiting retry 2': `
    timerFired                          | reconnecting 2 new       | detach dial
    open eager                          | reconnecting 2 new       | detach dial
    wake eager                          | reconnecting 2 new       | detach dial
    online                              | waiting onlineJitter 2   | retry
    offline                             | waiting retry 2          | retry
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'waiting onlineJitter 2': `
    timerFired                          | reconnecting 2 new       | detach dial
    open eager                          | reconnecting 2 new       | detach dial
    wake eager                          | reconnecting 2 new       | detach dial
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'waiting decision 2': `
    decision yes                        | waiting retry 2          | retry
    decision no                         | closed                   | stop
    timerFired                          | waiting retry 2          | retry
    open eager                          | reconnecting 2 new       | detach dial
    open !eager                         | waiting retry 2          | retry
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'waiting, the page being away': `
    wake                                | reconnecting new         | detach dial
    open                                | reconnecting new         | detach dial
    close                               | closed                   | detach close
    reconnect eager                     | reconnecting new         | detach dial
    reconnect !eager                    | waiting retry 1          | detach retry
    release                             | closed                   | detach
    hide                                | waiting                  | detach`,

  'open 2, without heartbeat': `
    lost yes !stable                    | waiting retry 3          | detach close retry
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending !stable                | waiting decision 3       | detach close
    lost pending stable                 | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'open interval 2': `
    timerFired                          | open timeout 2           | ping
    wake silent                         | open probe 2             | ping
    online silent                       | open probe 2             | ping
    offline silent                      | open probe 2             | ping
    lost yes !stable                    | waiting retry 3          | detach close retry
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending !stable                | waiting decision 3       | detach close
    lost pending stable                 | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'open timeout 2': `
    activity                            | open interval 2          |
    timerFired late                     | open timeout 2           | ping
    timerFired !late yes !stable        | waiting retry 3          | detach close retry
    timerFired !late yes stable         | waiting retry 1          | detach close retry
    timerFired !late pending !stable    | waiting decision 3       | detach close
    timerFired !late pending stable     | waiting decision 1       | detach close
    timerFired !late no                 | closed                   | detach close stop
    lost yes !stable                    | waiting retry 3          | detach close retry
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending !stable                | waiting decision 3       | detach close
    lost pending stable                 | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'open probe 2': `
    activity                            | open interval 2          |
    timerFired late                     | open probe 2             | ping
    timerFired !late yes !stable        | waiting retry 3          | detach close retry
    timerFired !late yes stable         | waiting retry 1          | detach close retry
    timerFired !late pending !stable    | waiting decision 3       | detach close
    timerFired !late pending stable     | waiting decision 1       | detach close
    timerFired !late no                 | closed                   | detach close stop
    lost yes !stable                    | waiting retry 3          | detach close retry
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending !stable                | waiting decision 3       | detach close
    lost pending stable                 | waiting decision 1       | detach close
    lost no                             | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'open 3, the last, timeout': `
    activity                            | open interval 3          |
    timerFired late                     | open timeout 3           | ping
    timerFired !late !stable            | closed                   | detach close stop
    timerFired !late yes stable         | waiting retry 1          | detach close retry
    timerFired !late pending stable     | waiting decision 1       | detach close
    timerFired !late no stable          | closed                   | detach close stop
    lost !stable                        | closed                   | detach close stop
    lost yes stable                     | waiting retry 1          | detach close retry
    lost pending stable                 | waiting decision 1       | detach close
    lost no stable                      | closed                   | detach close stop
    close                               | closing                  | startClose
    reconnect eager                     | reconnecting new         | detach dial close
    reconnect !eager                    | waiting retry 1          | detach close retry
    release                             | closed                   | detach close
    hide                                | waiting                  | detach close`,

  'closing': `
    lost                                | closed                   | detach close
    timerFired                          | closed                   | detach close
    release                             | closed                   | detach close
    hide                                | closed                   | detach close
    open                                | connecting new           | detach dial close
    reconnect                           | connecting new           | detach dial close`,
}

const SOCKET = 7
const TIMERS = { connecting: 'connectTimeout', reconnecting: 'connectTimeout', closing: 'closeTimeout' } as const

/** Parses the text of a state, for example `waiting retry 2`. Other words in it are explanations for the reader. */
const stateOf = (text: string): State => {
  const [name] = text.match(/^\w+/)! as unknown as [State['name']]
  const named = text.match(/\b(retry|onlineJitter|decision|interval|timeout|probe)\b/) as State['timer'][] | null
  const timer = named?.[0] ?? TIMERS[name as 'closing']
  return { name, timer, attempt: Number(text.match(/\d/)?.[0] ?? 0), socket: SOCKET + (/\bnew\b/.test(text) ? 1 : 0) }
}

/** Whether the left side of a row matches an event. */
const matches = (row: string, { type, decision, ...flags }: Move['event']): boolean => {
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
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))

/** Every event that the engine can produce in a state, in every combination of flags. */
const movesIn = (state: State): Move[] => {
  const phase = PHASES[state.name] as 'open' | undefined
  const pendingDecision = state.timer === 'decision' ? SOCKET : undefined
  const sockets = phase ? [{ number: SOCKET, phase, detached: false }] : []
  return possibleMoves({ state, pendingDecision, sockets })
}

describe.each(Object.entries(chart))('in the state "%s" the machine', (name, section) => {
  const before = stateOf(name)
  const rules: MachineRules = { maxAttempts: 3, heartbeat: !name.includes('without heartbeat') }
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
  const [after] = step(before, { type: 'lost', decision: true }, { maxAttempts: Infinity, heartbeat: false })
  expect(after).toMatchObject({ name: 'waiting', attempt: 1e6 + 1 })
})
