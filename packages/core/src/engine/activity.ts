/** When the last frame was received. */

import type { Clock } from '../base/clock.ts'

export class Activity {
  /** Epoch ms. */
  lastAt = 0
  private readonly _clock: Clock
  /** Frames since the clock last showed another time. */
  private _sameTime = 0

  constructor(clock: Clock) {
    this._clock = clock
  }

  /**
   * Reading the clock is the most expensive part of receiving a frame. While frames arrive faster than the clock moves, it is read
   * for every 16th frame only. A frame that is missed this way costs at most one unnecessary ping.
   */
  note(): void {
    if (this._sameTime++ >= 16 && this._sameTime % 16) return
    const now = this._clock.now()
    if (now !== this.lastAt) this._sameTime = 0
    this.lastAt = now
  }

  /** The next frame reads the clock. */
  reset(): void {
    this._sameTime = 0
  }
}
