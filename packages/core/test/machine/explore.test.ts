/** Explores the machine in every reachable state, and proves that the exploration notices bugs. */

import { describe, expect, test } from 'vitest'
import * as machine from '../../src/engine/machine.ts'
import { type Exploration, type Machine, RETURN_TO_OPEN, explore } from '../support/explore/explore.ts'
import { mutate } from '../support/explore/mutate.ts'
import { mutations } from '../support/explore/mutations.ts'
import type { Properties } from '../support/explore/step.ts'

const allRules = [2, 0, 1, 3].flatMap((maxAttempts) =>
  [true, false].flatMap((heartbeat) => [true, false].map((onConnect) => ({ maxAttempts, heartbeat, onConnect }))),
)

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
  expect(states).toBeGreaterThan(8000)
  expect(transitions).toBeGreaterThan(400_000)
}, 300_000)

describe('a seeded bug violates a property', () => {
  const caught: string[] = []
  test.each(mutations.map((mutation) => [mutation.bug, mutation] as const))(
    'the exploration detects: %s',
    async (_, mutation) => {
      const { violation, states } = exploreAll(await mutate(mutation))
      expect(violation, 'no property is violated').toBeDefined()
      caught.push(`${mutation.bug}\n    violates: ${violation!.property} (state ${states})`)
    },
    60_000,
  )

  test('every seeded bug is caught', () => {
    console.log(`${caught.length} of ${mutations.length} seeded bugs caught:\n  ${caught.join('\n  ')}`)
    expect(caught.length).toBe(mutations.length)
    expect(mutations.length).toBeGreaterThanOrEqual(30)
  })
})

/** Bugs that no single step shows: only the search for a way back to open finds them. */
describe('without any property of single steps, the way back to open is missed if', () => {
  test.each([
    'a page that comes back from the back/forward cache stays without a connection',
    'a wait that ends does not dial',
    'an opened socket is ignored while dialling',
  ])('the exploration detects by the missing way to open alone: %s', async (bug) => {
    const mutation = mutations.find((candidate) => candidate.bug === bug)!
    const { violation } = exploreAll(await mutate(mutation), {})
    expect(violation?.property).toBe(RETURN_TO_OPEN)
  })
})
