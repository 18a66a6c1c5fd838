/** Retries a store write until it succeeds or the session has expired. */

import { monotonicNow } from '../clock.ts'
import type { HubContext } from '../context/hubContext.ts'

/** The first and the longest delay between two attempts, in ms. */
const FIRST_DELAY = 100
const LONGEST_DELAY = 2000

/**
 * An effect that is not recorded would be applied twice, so the write is retried until the session itself has expired. Resolves with
 * undefined then, or when the node closes.
 */
export const retryUntilExpired = async <Result>(
  { clock, timers, store, report }: HubContext,
  attempt: () => Promise<Result>,
): Promise<Result | undefined> => {
  const expiresAt = monotonicNow(clock) + (store.kept?.ms ?? 120_000)
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      return await attempt()
    } catch (error) {
      report(error)
    }
    if (monotonicNow(clock) + delay > expiresAt || !(await timers.sleep(delay))) return undefined
  }
}
