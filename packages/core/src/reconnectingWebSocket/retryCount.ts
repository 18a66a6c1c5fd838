/** The attribute `retryCount`, from two times and without a timer. */

import { type Clock, monotonicNow } from '../base/clock.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'

export interface RetryCount {
  get(isOpen: boolean): number
  opened(): void
  /** An open connection has ended. */
  ended(): void
  restarted(): void
}

export const createRetryCount = (client: WebSocketClient, clock: Clock, minUptime: number): RetryCount => {
  let count = 0
  let openedAt = 0
  /** The core counts the dial that `reconnect()` has delayed as an attempt. */
  let uncounted = 0
  const isStable = (): boolean => monotonicNow(clock) - openedAt >= minUptime
  client.on('retry', ({ attempt }) => (count = attempt - uncounted))
  return {
    get: (isOpen) => (isOpen && isStable() ? 0 : count),
    opened: () => (openedAt = monotonicNow(clock)),
    ended: () => {
      if (isStable()) uncounted = count = 0
    },
    restarted: () => {
      uncounted = client.get().attempt
      count = 0
    },
  }
}
