/** The steps of `close`. A step that fails or hangs is reported, and the next one follows. */

import { type Clock, createTimers } from './clock.ts'
import { UnfinishedError } from './errors.ts'

/** How long one step may take, in ms. */
const STEP_TIMEOUT = 1000

/** Runs a step and waits for it. Never rejects. */
export type ShutdownStep = (name: string, step: () => unknown) => Promise<void>

/** Has timers of its own, because `close` clears those of the node. @param report must not throw */
export const createShutdownStep = (clock: Clock, report: (error: unknown) => void): ShutdownStep => {
  const timers = createTimers(clock)
  return async (name, step) => {
    const run = async (): Promise<void> => {
      try {
        await step()
      } catch (error) {
        report(error)
      }
    }
    if (await timers.within(STEP_TIMEOUT, run())) return
    report(new UnfinishedError(`close: no longer waits after ${STEP_TIMEOUT} ms for ${name}`))
  }
}
