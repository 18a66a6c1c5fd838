/** Explores the machine in every reachable state, and proves that the exploration notices bugs. */

import { describe, expect, test } from 'vitest'
import * as machine from '../../src/engine/machine.ts'
import { type Exploration, type Machine, RETURN_TO_OPEN, explore } from '../support/explore/explore.ts'
import { machineBugs } from '../support/explore/bugs/machine.ts'
import { waitingUserBugs } from '../support/explore/bugs/waitingUser.ts'
import { type Bug, mutate } from '../support/explore/mutate.ts'
import type { Properties } from '../support/explore/step.ts'

/** Every pair of values occurs; every combination would take three times as long. */
const allRules = [
  { maxAttempts: 2, heartbeat: true, onConnect: true },
  { maxAttempts: 2, heartbeat: false, onConnect: false },
  { maxAttempts: 0, heartbeat: true, onConnect: true },
  { maxAttempts: 0, heartbeat: false, onConnect: false },
  { maxAttempts: 1, heartbeat: true, onConnect: false },
  { maxAttempts: 1, heartbeat: false, onConnect: true },
  { maxAttempts: 3, heartbeat: true, onConnect: false },
]

const bugs = [...machineBugs, ...waitingUserBugs]
const mutated = (bug: Bug): Promise<Machine> => mutate('engine/machine.ts', 'engine/machine.ts', bug)

/** Explores the machine under each of the rules, until a property is violated. */
const exploreAll = (explored: Machine, properties?: Properties): Exploration => {
  const total: Exploration = { states: 0, transitions: 0 }
  for (const rules of allRules) {
    const { states, transitions, violation } = explore(explored, rules, properties)
    total.states += states
    total.transitions += transitions
    if (violation) {
      const trail = [`with ${JSON.stringify(rules)}`, ...violation.trail]
      return { ...total, violation: { ...violation, trail } }
    }
  }
  return total
}

test('every property holds in every reachable state', () => {
  const { states, transitions, violation } = exploreAll(machine)
  expect(violation).toBeUndefined()
  console.log(`explored ${states} states and ${transitions} transitions under ${allRules.length} sets of rules`)
  // Fewer would mean that the exploration no longer reaches all states.
  expect(states).toBeGreaterThan(29_000)
  expect(transitions).toBeGreaterThan(1_900_000)
}, 300_000)

describe('a seeded bug violates a property', () => {
  const caught: string[] = []
  test.each(bugs)(
    'the exploration detects: %s',
    async (...bug) => {
      const { violation, states } = exploreAll(await mutated(bug))
      expect(violation, 'no property is violated').toBeDefined()
      caught.push(`${bug[0]}\n    violates: ${violation!.property} (state ${states})`)
    },
    300_000,
  )

  test('every seeded bug is caught', () => {
    console.log(`${caught.length} of ${bugs.length} seeded bugs caught:\n  ${caught.join('\n  ')}`)
    expect(caught.length).toBe(bugs.length)
    expect(bugs.length).toBeGreaterThanOrEqual(100)
  })
})

/** Bugs that no single step shows: only the search for a way back to open finds them. */
describe('without any property of single steps, the way back to open is missed if', () => {
  test.each([
    'a page that comes back from the back/forward cache stays without a connection',
    'a wait that ends does not dial',
    'an opened socket is ignored while dialling',
    'the connection never opens after onConnect',
  ])(
    'the exploration detects by the missing way to open alone: %s',
    async (bug) => {
      const { violation } = exploreAll(await mutated(bugs.find(([candidate]) => candidate === bug)!), {})
      expect(violation?.property).toBe(RETURN_TO_OPEN)
    },
    300_000,
  )
})
