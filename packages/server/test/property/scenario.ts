/** Random scenarios, and how one is run and checked. */

import fc from 'fast-check'
import { createInvariants } from './invariants/invariants.ts'
import { type Log, type Modules, STREAMS, createSimulation } from './simulation/simulation.ts'
import { type StepName, stepWeights, steps } from './steps.ts'

export type Step = readonly [name: StepName, ...args: number[]]

export interface Scenario {
  seed: number
  steps: readonly Step[]
}

/** A silent link is detected after 35 s, `ping.top` counts as a gap after 25 s more, and a second gap repeats all this. Twice that, in ms. */
const REST = 240_000

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  seed: fc.integer(),
  steps: fc.array(
    fc.oneof(
      ...(Object.keys(steps) as StepName[]).map((name) => ({
        weight: stepWeights[name],
        arbitrary: fc.tuple(fc.constant(name), fc.nat(99), fc.nat(99)),
      })),
    ),
    { minLength: 3, maxLength: 30 },
  ),
})

/** Runs a scenario, repairs all faults, waits until nothing is in flight, and returns the violations. */
export const runScenario = async (modules: Modules, scenario: Scenario, log?: Log): Promise<readonly string[]> => {
  const invariants = createInvariants()
  const simulation = createSimulation(modules, createRandom(scenario.seed), invariants, log)
  const { clock } = simulation
  await clock.run(500)
  for (const [name, first, second] of scenario.steps) {
    log?.(clock.now(), '==', name, first, second)
    await steps[name](simulation, first ?? 0, second ?? 0)
    if (invariants.violations.length) break
  }
  if (!invariants.violations.length) {
    simulation.heal()
    await clock.run(REST)
    invariants.checkAtRest()
    // Later messages must continue from the state at rest.
    for (const stream of STREAMS) simulation.publish(stream, 1)
    await clock.run(REST)
    invariants.checkAtRest()
  }
  simulation.end()
  // Gives the test runner time for its messages.
  await new Promise((resolve) => setImmediate(resolve))
  return invariants.violations
}

/** Mulberry32. fast-check's own generator would make each draw part of the scenario and slow shrinking down. */
export const createRandom = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}
