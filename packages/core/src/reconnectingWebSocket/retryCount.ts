/** The attribute `retryCount`, from two times and without a timer. */

import { type Clock, monotonicNow } from '../base/clock.ts'

export class RetryCount {
  private _count = 0
  private _openedAt = 0
  /** The core counts the dial that `reconnect()` has delayed as an attempt. */
  private _uncounted = 0
  private readonly _clock: Clock
  private readonly _minUptime: number

  constructor(clock: Clock, minUptime: number) {
    this._clock = clock
    this._minUptime = minUptime
  }

  get(isOpen: boolean): number {
    return isOpen && this._isStable() ? 0 : this._count
  }

  attempted(attempt: number): void {
    this._count = attempt - this._uncounted
  }

  opened(): void {
    this._openedAt = monotonicNow(this._clock)
  }

  /** An open connection has ended. */
  ended(): void {
    if (this._isStable()) this._uncounted = this._count = 0
  }

  restarted(attempt: number): void {
    this._uncounted = attempt
    this._count = 0
  }

  private _isStable(): boolean {
    return monotonicNow(this._clock) - this._openedAt >= this._minUptime
  }
}
