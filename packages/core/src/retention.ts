/** Who uses a shared connection: the first user opens it, and some time after the last one it ends. A quick remount changes nothing. */

import { type Clock, later } from './clock.ts'

export interface Retention {
  /** Somebody uses it, or did a moment ago. */
  held(): boolean
  /** Counts one user more; the returned release counts once, however often it is called. */
  retain(): () => void
  /** For good: nobody is counted any more. */
  stop(): void
}

/** @param linger ms between the last release and `rest`; 0 is a microtask */
export const createRetention = (linger: number, clock: Clock, open: () => void, rest: () => void): Retention => {
  let users = 0
  let lingering = false
  let handle: unknown
  const stay = (): void => {
    clock.clearTimeout(handle)
    lingering = false
  }
  const end = (): void => {
    if (lingering) rest()
    lingering = false
  }
  return {
    held: () => lingering || !!users,
    retain: () => {
      stay()
      if (!users++) open()
      let released = false
      return () => {
        if (released) return
        released = true
        lingering = !--users
        if (!lingering) return
        if (linger) handle = later(clock, end, linger)
        else queueMicrotask(end)
      }
    },
    stop: () => {
      stay()
      users = Infinity
    },
  }
}
