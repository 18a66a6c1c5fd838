/** Runs a scenario with lanes of the test's own, in Node: the clock, the network, the hub and the counters without a browser. */

import { createArenaClock } from '../../src/arena/clock.ts'
import { installGlobals } from '../../src/arena/globals.ts'
import type { LaneModule } from '../../src/arena/lane.ts'
import type { Batch, Result } from '../../src/arena/protocol.ts'
import { type Run, createRun } from '../../src/arena/run.ts'
import type { LaneId, Scenario } from '../../src/scenario/schema.ts'

const { setImmediate } = globalThis
const breathe = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

export const scenarioOf = (changes: Partial<Scenario> = {}): Scenario => ({
  v: 1,
  seed: 7,
  length: 30_000,
  publish: { every: 100, size: 10 },
  send: { every: 1000 },
  heartbeat: { interval: 5000, timeout: 3000 },
  lanes: ['holdfastSession'],
  steps: [],
  ...changes,
})

export interface RunOptions {
  /** Runs with the replaced globals, as a library does while it is loaded. */
  load?: () => void
  /** Called before each advance. Returns until when to advance, in virtual ms. */
  next?: (run: Run) => number
  onBatch?: (batch: Batch) => void
}

/** The lanes have the given modules, in the order of their ids. */
export const runInNode = async (
  scenario: Scenario,
  modules: Partial<Record<LaneId, LaneModule>>,
  { load = () => undefined, next = () => Infinity, onBatch = () => undefined }: RunOptions = {},
): Promise<Result> => {
  const errors: unknown[] = []
  const clock = createArenaClock({ seed: scenario.seed, onError: (error) => errors.push(error), breathe })
  const run = createRun(scenario, clock, breathe)
  const restore = installGlobals({ clock, network: run.network, page: run.page })
  try {
    load()
    run.start(
      scenario.lanes.flatMap((id) => {
        const module = modules[id]
        return module ? [{ id, version: '1.0.0', module }] : []
      }),
    )
    for (;;) {
      await run.advance(next(run))
      const batch = run.takeBatch()
      onBatch(batch)
      if (errors.length > 0) throw errors[0]
      if (batch.done) return batch.done
    }
  } finally {
    run.stop()
    restore()
  }
}
