/** The file `docs/data/lab.json`, which `npm run lab:results` writes. The page, `<Lab>` and the tables of the documentation read it. */

import type { Duration, Result } from '../arena/protocol.ts'
import type { LaneId } from './schema.ts'

/** Over the seeds. */
export interface Spread<Value> {
  median: Value
  least: Value
  greatest: Value
}

export interface Computed {
  /** When, as an ISO date. */
  date: string
  /** The result with the scenario's own seed, by the scenario's id. The page shows it before a run. */
  results: Partial<Record<string, Result>>
  /** By the scenario's id, the lane and the counter. */
  spreads: Partial<Record<string, Partial<Record<LaneId, Partial<Record<string, Spread<Duration>>>>>>>
}
