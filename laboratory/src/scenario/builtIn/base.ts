/** What the built-in scenarios have in common. */

import { type BuiltIn, LANE_IDS, type Scenario } from '../schema.ts'

type Common = 'v' | 'id' | 'title' | 'seed' | 'publish' | 'send' | 'heartbeat' | 'lanes'

/** Completes a built-in scenario: all lanes, and the same heartbeat for each that has one. */
export const builtIn = (given: Omit<BuiltIn, 'scenario'> & { scenario: Omit<Scenario, Common> }): BuiltIn => ({
  ...given,
  scenario: {
    v: 1,
    id: given.id,
    title: given.title.en,
    seed: 7,
    publish: { every: 500, size: 40 },
    send: { every: 1000 },
    heartbeat: { interval: 5000, timeout: 3000 },
    lanes: [...LANE_IDS],
    ...given.scenario,
  },
})
