/** A token bucket for rate limits. It refills by the clock and needs no timer. */

import { type Clock, monotonicNow } from '../clock.ts'

export interface TokenBucket {
  /** Takes tokens. Returns false, and takes none, if there are not enough. */
  take(amount: number): boolean
}

/**
 * @param perSecond tokens that are added per second
 * @param burst the capacity. The bucket starts full
 */
export const createTokenBucket = (clock: Clock, perSecond: number, burst: number): TokenBucket => {
  let level = burst
  let filledAt = monotonicNow(clock)
  return {
    take: (amount) => {
      const now = monotonicNow(clock)
      level = Math.min(burst, level + ((now - filledAt) * perSecond) / 1000)
      filledAt = now
      if (amount > level) return false
      level -= amount
      return true
    },
  }
}
