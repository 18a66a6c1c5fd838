/** The machine in every world that it can get into, and proof that the exploration would notice a bug. */

import { describe, expect, test } from 'vitest'
import * as machine from '../src/engine/machine.ts'
import { type Exploration, type Machine, explore } from './support/explore.ts'
import type { Properties } from './support/exploreStep.ts'
import { mutate } from './support/mutate.ts'
import { mutations } from './support/mutations.ts'

const rules = [2, 0, 1, 3].flatMap((maxAttempts) => [true, false].map((heartbeat) => ({ maxAttempts, heartbeat })))

/** Under each of the rules, until a property is broken. */
const exploreAll = (explored: Machine, properties?: Properties): Exploration => {
  const total: Exploration = { worlds: 0, transitions: 0 }
  for (const rule of rules) {
    const { worlds, transitions, broken } = explore(explored, rule, properties)
    total.worlds += worlds
    total.transitions += transitions
    if (broken) return { ...total, broken: { ...broken, trail: [`with ${JSON.stringify(rule)}`, ...broken.trail] } }
  }
  return total
}

test('every property holds in every world', () => {
  const { worlds, transitions, broken } = exploreAll(machine)
  expect(broken).toBeUndefined()
  console.log(`explored ${worlds} worlds and ${transitions} transitions under ${rules.length} sets of rules`)
  // Fewer would mean that the explorer no longer sees what it did.
  expect(worlds).toBeGreaterThan(8000)
  expect(transitions).toBeGreaterThan(400_000)
}, 300_000)

describe('a bug of one line is caught', () => {
  const caught: string[] = []
  test.each(mutations)(
    '$bug',
    async (mutation) => {
      const { broken, worlds } = exploreAll(await mutate(mutation))
      expect(broken, 'no property noticed').toBeDefined()
      caught.push(`${mutation.bug}\n    not: ${broken!.property} (world ${worlds})`)
    },
    60_000,
  )

  /** Where no step is wrong by itself, the way back is still missed. */
  test.each([
    'a page that comes back from the cache stays without a connection',
    'a wait that ends does not dial',
    'the way that a dial opens is forgotten',
  ])('by the way back to open alone: %s', async (name) => {
    const mutation = mutations.find(({ bug }) => bug === name)!
    const { broken } = exploreAll(await mutate(mutation), {})
    expect(broken?.property).toBe('unless ended, timers and sockets alone can lead back to open')
  })

  test('all of them, each by a property', () => {
    console.log(`${caught.length} of ${mutations.length} seeded bugs caught:\n  ${caught.join('\n  ')}`)
    expect(caught.length).toBe(mutations.length)
    expect(mutations.length).toBeGreaterThanOrEqual(30)
  })
})
