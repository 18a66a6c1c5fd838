// A token bucket: lets a burst through, then a steady rate. It counts only; what happens to the refused is the caller's.

/** What `createRateLimit` takes. */
export interface RateLimitOptions {
  /** How many may come at once. */
  burst: number
  /** How many come back each second. */
  perSecond: number
  /** The time in ms. */
  now?: () => number
}

/** Asks for one token; false when none is left. */
export type RateLimit = () => boolean

/** Creates a bucket that starts full. */
export function createRateLimit({ burst, perSecond, now = Date.now }: RateLimitOptions): RateLimit {
  let tokens = burst
  let filledAt = now()
  return () => {
    const at = now()
    tokens = Math.min(burst, tokens + (at - filledAt) / 1000 * perSecond)
    filledAt = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
