/** Who uses a shared connection: the first user opens it, and some time after the last one it ends. A quick remount changes nothing. */

import type { Clock } from './clock.ts'

export interface Retention {
  /** Somebody uses it, or did a moment ago. */
  held(): boolean
  /** Counts one user more; the returned release counts once, however often it is called. */
  retain(): () => void
  stop(): void
}

/** @param linger ms between the last release and `rest`; 0 is a microtask */
export const createRetention = (linger: number, clock: Clock, open: () => void, rest: () => void): Retention => {
  let users = 0
  let handle: unknown
  /** Which end is awaited: a microtask cannot be cancelled, only outnumbered. */
  let lingering = 0
  let count = 0
  const stop = (): void => {
    clock.clearTimeout(handle)
    lingering = 0
  }
  const release = (): void => {
    if (--users) return
    const mine = (lingering = ++count)
    const end = (): void => {
      if (lingering !== mine) return
      lingering = 0
      rest()
    }
    if (linger) handle = clock.setTimeout(end, linger)
    else queueMicrotask(end)
  }
  return {
    held: () => users + lingering > 0,
    retain: () => {
      if (!users++ && !lingering) open()
      stop()
      let released = false
      return () => {
        if (!released) release()
        released = true
      }
    },
    stop,
  }
}
