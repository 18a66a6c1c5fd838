/** The attribute `retryCount`, from two times and without a timer. */

import { type Clock, monotonicNow } from '../base/clock.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'

export class RetryCount {
  private readonly _client: WebSocketClient
  private readonly _clock: Clock
  private readonly _minUptime: number
  private _openedAt = 0
  private _attemptAtOpen = 0
  /** The core counts the dial that `reconnect()` has delayed as an attempt. */
  private _uncounted = 0

  constructor(client: WebSocketClient, clock: Clock, minUptime: number) {
    this._client = client
    this._clock = clock
    this._minUptime = minUptime
  }

  get(isOpen: boolean): number {
    if (isOpen && this._isStable) return 0
    return (isOpen ? this._attemptAtOpen : this._client.get().attempt) - this._uncounted
  }

  opened(attempt: number): void {
    this._openedAt = monotonicNow(this._clock)
    this._attemptAtOpen = attempt
  }

  /** An open connection has ended. */
  ended(): void {
    if (this._isStable) this._uncounted = 0
  }

  restarted(): void {
    this._uncounted = this._client.get().attempt
  }

  private get _isStable(): boolean {
    return monotonicNow(this._clock) - this._openedAt >= this._minUptime
  }
}
