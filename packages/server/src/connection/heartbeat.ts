/** Whether a peer is alive: a ping each interval, and whatever comes within the timeout is life. One timer per link. */

import type { Setting } from '../context/hubContext.ts'

export interface Heartbeat {
  start(beat: () => void): void
  /** Something was heard. */
  alive(): void
  stop(): void
}

/** @param dead is called when nothing came in time */
export const createHeartbeat = ({ timers, heartbeat: { interval, timeout } }: Setting, dead: () => void): Heartbeat => {
  let heard = false
  let stop: (() => void) | undefined
  let stopped = false
  return {
    start: (beat) => {
      const next = (wait: number): void => {
        stop = timers.after(wait, () => {
          heard = false
          beat()
          if (stopped) return
          // Not 10 s of silence before the ping, but after it.
          stop = timers.after(timeout, () => (heard ? next(Math.max(0, interval - timeout)) : dead()))
        })
      }
      if (!stopped) next(interval)
    },
    alive: () => {
      heard = true
    },
    stop: () => {
      stopped = true
      stop?.()
    },
  }
}
