/** How much a client may say: buckets that fill with time and are emptied by frames. No timer. */

import type { Clock } from '../clock.ts'

export interface Rate {
  /** Takes from the bucket; false when there is not enough, and nothing is taken. */
  take(amount: number): boolean
}

/**
 * @param perSecond how fast the bucket fills
 * @param burst how much it holds; it begins full
 */
export const createRate = (clock: Clock, perSecond: number, burst: number): Rate => {
  let level = burst
  let filled = clock.now()
  return {
    take: (amount) => {
      const now = clock.now()
      // A clock that was set back fills nothing, and takes nothing either.
      level = Math.min(burst, level + (Math.max(0, now - filled) * perSecond) / 1000)
      filled = now
      if (amount > level) return false
      level -= amount
      return true
    },
  }
}
