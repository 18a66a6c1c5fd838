/** Time of a simulated world: it moves from one due timer to the next, and lets every promise settle in between. */

import type { Clock } from '@holdfast/core'

export interface SimClock extends Clock {
  readonly pending: number
  run(ms: number): Promise<void>
}

interface Timer {
  at: number
  order: number
  callback: () => void
}

/** @param random every throw of dice in the world comes from it */
export const createSimClock = (random: () => number): SimClock => {
  let time = 1_000_000
  let order = 0
  const timers = new Set<Timer>()
  /** Due before this moment, soonest first; of two due together, the one set first. */
  const next = (until: number): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers) {
      if (timer.at <= until && (!found || timer.at < found.at || (timer.at === found.at && timer.order < found.order))) found = timer
    }
    return found
  }
  return {
    now: () => time,
    random,
    setTimeout: (callback, delay) => {
      const timer = { at: time + Math.max(0, Math.min(delay, 2 ** 31 - 1)), order: ++order, callback }
      timers.add(timer)
      return timer
    },
    clearTimeout: (handle) => void timers.delete(handle as Timer),
    get pending() {
      return timers.size
    },
    run: async (ms) => {
      const until = time + ms
      await settle()
      for (let timer; (timer = next(until)); await settle()) {
        timers.delete(timer)
        time = Math.max(time, timer.at)
        timer.callback()
      }
      time = until
    },
  }
}

/** However long a chain of promises is, it has run out when the event loop turns. Nothing here waits for real I/O. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
