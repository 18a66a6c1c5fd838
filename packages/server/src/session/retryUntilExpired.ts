/** Retries a store write until it succeeds, or until its client does not send the message again. */

import { inTime, monotonicNow } from '../clock.ts'
import type { HubContext } from '../context/hubContext.ts'
import { UnfinishedError } from '../errors.ts'

/** The first and the longest delay between two attempts, in ms. */
const FIRST_DELAY = 100
const LONGEST_DELAY = 2000
/** After this time a client does not even send a message with an idempotency key again. PROTOCOL.md, D4 and D6. */
const KEY_LIFETIME = 300_000

/**
 * An effect that is not recorded would be applied twice if its message is sent again. So the write is retried until that cannot happen
 * any more. An attempt that takes longer than `limits.hello` has failed, so it must be safe to repeat while it runs. Resolves with
 * undefined at the end, or when the node closes.
 */
export const retryUntilExpired = async <Result>(
  { clock, limits, timers, store, report }: HubContext,
  attempt: () => Promise<Result>,
  onError: (error: unknown) => void = report,
): Promise<Result | undefined> => {
  const expiresAt = monotonicNow(clock) + Math.max(store.kept?.ms ?? 0, KEY_LIFETIME)
  const lateError = (): Error => new UnfinishedError(`the store has not answered a write within ${limits.hello} ms`)
  for (let delay = FIRST_DELAY; ; delay = Math.min(2 * delay, LONGEST_DELAY)) {
    try {
      return await inTime(timers, limits.hello, attempt(), lateError)
    } catch (error) {
      onError(error)
    }
    if (monotonicNow(clock) + delay > expiresAt || !(await timers.sleep(delay))) return undefined
  }
}

/** Reports only the first error. */
export const reportOnce = (report: (error: unknown) => void): ((error: unknown) => void) => {
  let hasReported = false
  return (error) => {
    if (!hasReported) report(error)
    hasReported = true
  }
}
