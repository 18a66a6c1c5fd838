/** Detects dead connections: sends a ping each interval and expects any input within the timeout. Uses one timer per connection. */

import type { HubContext } from '../context/hubContext.ts'

export interface Heartbeat {
  /** @param sendPing is called each interval */
  start(sendPing: () => void): void
  /** Records that something was received. */
  recordActivity(): void
  stop(): void
}

/**
 * @param bytesRead the bytes that the socket has received, if it counts them. During a long upload nothing else shows that the client is
 *   alive, because its pong comes after the message
 * @param onTimeout is called when nothing was received within the timeout
 */
export const createHeartbeat = (
  { timers, heartbeat: { interval, timeout } }: HubContext,
  bytesRead: () => number | undefined,
  onTimeout: () => void,
): Heartbeat => {
  let isActive = false
  let cancel: (() => void) | undefined
  let stopped = false
  const schedule = (delay: number, sendPing: () => void): void => {
    cancel = timers.after(delay, () => {
      isActive = false
      const before = bytesRead()
      sendPing()
      if (stopped) return
      // Only input after the ping counts as an answer.
      cancel = timers.after(timeout, () => {
        if (isActive || bytesRead() !== before) schedule(Math.max(0, interval - timeout), sendPing)
        else onTimeout()
      })
    })
  }
  return {
    start: (sendPing) => {
      if (!stopped) schedule(interval, sendPing)
    },
    recordActivity: () => {
      isActive = true
    },
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}
