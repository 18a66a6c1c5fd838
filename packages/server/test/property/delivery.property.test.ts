/** Runs a real client and real nodes through random scenarios and checks the promises of PROTOCOL.md. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Scenario, runScenario, scenarios } from './scenario.ts'
import * as modules from './simulation/modules.ts'

const runs = Number(process.env['SCENARIOS'] ?? 2000)
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)

test(`keeps the promises of PROTOCOL.md in ${runs} random scenarios (seed ${seed})`, async () => {
  console.log(`${runs} scenarios, seed ${seed}; repeat with SEED=${seed} SCENARIOS=${runs}`)
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario: Scenario) => {
      expect(await runScenario(modules, scenario)).toEqual([])
    }),
    { numRuns: runs, seed },
  )
}, 3_600_000)

/** Found by random seeds. */
test.each<[string, Scenario]>([
  [
    'a history is read before a failover, and a newer message arrives before the reply',
    {
      seed: 733_369_557,
      steps: [
        ['missMany', 21, 0],
        ['moveNow', 0, 0],
        ['wait', 16, 0],
        ['publish', 0, 0],
        ['failOver', 0, 0],
      ],
    },
  ],
  [
    'a failover loses a session that an older link still wants to release',
    {
      seed: 1_969_259_661,
      steps: [
        ['stealWithoutKey', 0, 0],
        ['publish', 0, 0],
        ['wait', 0, 0],
        ['reconnect', 0, 0],
        ['deliver', 0, 0],
        ['storeOutage', 0, 84],
        ['wait', 31, 0],
        ['missMany', 0, 0],
        ['failOver', 0, 0],
        ['flow', 0, 0],
        ['publish', 0, 0],
        ['setLatency', 0, 0],
      ],
    },
  ],
])('keeps the promises when %s', async (_, scenario) => {
  expect(await runScenario(modules, scenario)).toEqual([])
})

/** To find out why a scenario failed: SCENARIO='{"seed":0,"steps":[["cut",0,0]]}', as fast-check prints it, logs each frame. */
const { SCENARIO } = process.env
test.each(SCENARIO ? [SCENARIO] : [])('keeps the promises in the scenario %s', async (scenario) => {
  const log = (...entry: unknown[]): void => console.log(...entry)
  expect(await runScenario(modules, JSON.parse(scenario) as Scenario, log)).toEqual([])
})
