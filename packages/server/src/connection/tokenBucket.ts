/** A token bucket for rate limits. It refills by the clock and needs no timer. */

import { type Clock, monotonicNow } from '../clock.ts'

export class TokenBucket {
  private readonly _clock: Clock
  private readonly _perSecond: number
  private readonly _burst: number
  private _level: number
  private _filledAt: number

  /**
   * @param perSecond tokens that are added per second
   * @param burst the capacity. The bucket starts full
   */
  constructor(clock: Clock, perSecond: number, burst: number) {
    this._clock = clock
    this._perSecond = perSecond
    this._burst = this._level = burst
    this._filledAt = monotonicNow(clock)
  }

  private _fill(): number {
    const now = monotonicNow(this._clock)
    const added = ((now - this._filledAt) * this._perSecond) / 1000
    this._filledAt = now
    return (this._level = Math.min(this._burst, this._level + added))
  }

  /** Takes tokens. Returns false, and takes none, if there are not enough. */
  take(amount: number): boolean {
    if (amount > this._fill()) return false
    this._level -= amount
    return true
  }

  /** Takes tokens also if there are not enough. The missing ones prolong the next `wait`. */
  spend(amount: number): void {
    this._level = this._fill() - amount
  }

  /** The time until there is a token, in ms. 0 if there is one. */
  wait(): number {
    // A capacity below 1 never holds a whole token.
    const missing = Math.min(1, this._burst) - this._fill()
    return missing > 0 ? Math.ceil((1000 * missing) / this._perSecond) : 0
  }
}
