/** The attribute `retryCount`, from two times and without a timer. */

import { type Clock, monotonicNow } from '../base/clock.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'

export class RetryCount {
  private readonly _client: WebSocketClient
  private readonly _clock: Clock
  private readonly _minUptime: number
  private _count = 0
  private _openedAt = 0
  /** The core counts the dial that `reconnect()` has delayed as an attempt. */
  private _uncounted = 0

  constructor(client: WebSocketClient, clock: Clock, minUptime: number) {
    this._client = client
    this._clock = clock
    this._minUptime = minUptime
    client.on('retry', ({ attempt }) => (this._count = attempt - this._uncounted))
  }

  get(isOpen: boolean): number {
    return isOpen && this._isStable ? 0 : this._count
  }

  opened(): void {
    this._openedAt = monotonicNow(this._clock)
  }

  /** An open connection has ended. */
  ended(): void {
    if (this._isStable) this._uncounted = this._count = 0
  }

  restarted(): void {
    this._uncounted = this._client.get().attempt
    this._count = 0
  }

  private get _isStable(): boolean {
    return monotonicNow(this._clock) - this._openedAt >= this._minUptime
  }
}
