/** Whether to try again, and when, as a user may choose it. The runner obeys; the house policy is in `backoff` and `closeCodes`. */

import type { CloseInfo } from '../transport/closeCodes.ts'

/** How a lost connection comes back. `attempt` in the functions counts from 0 and is that of the connection or dial that ended. */
export interface ReconnectOptions {
  /** The shortest wait, in ms. @default 250 */
  minDelay?: number
  /** Doubled at each attempt, in ms: the wait is `minDelay + random * min(maxDelay, baseDelay * 2 ** attempt)`. @default 1000 */
  baseDelay?: number
  /** In ms. @default 30000 */
  maxDelay?: number
  /** Reconnect attempts after the first dial before giving up, which `stop` announces. @default Infinity */
  maxAttempts?: number
  /** How long a connection must have been open for the attempts to count from 0 again, in ms. @default 10000 */
  stableAfter?: number
  /** The wait in ms, instead of all of the above: `() => 5000` for a fixed one. */
  delay?: (attempt: number, close: CloseInfo) => number
  /** Whether to try again; `close.final` says what the close-code policy would decide. May be async: refresh a token, then say yes. */
  shouldReconnect?: (close: CloseInfo, attempt: number) => boolean | Promise<boolean>
}
