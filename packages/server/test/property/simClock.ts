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

/** In ms. */
const LEAST = 0.001
/** No life needs as many timers at one moment; one that goes round in circles is to fail, and not to hang. */
const ENDLESS = 10_000

/** @param random every throw of dice in the world comes from it */
export const createSimClock = (random: () => number): SimClock => {
  let time = 1_000_000
  let order = 0
  const timers = new Set<Timer>()
  /** Due before this moment, soonest first; of two due together, the one set first. */
  const next = (until: number): Timer | undefined => {
    let found: Timer | undefined
    for (const timer of timers) {
      if (timer.at <= until && (!found || timer.at < found.at || (timer.at === found.at && timer.order < found.order)))
        found = timer
    }
    return found
  }
  return {
    now: () => time,
    random,
    setTimeout: (callback, delay) => {
      // However little is asked for comes later: added to the time, 1e-10 would be lost, and who waits for that again and again wait for ever.
      const wait = delay > 0 ? Math.max(LEAST, Math.min(delay, 2 ** 31 - 1)) : 0
      const timer = { at: time + wait, order: ++order, callback }
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
      let still = 0
      for (let timer; (timer = next(until)); await settle()) {
        timers.delete(timer)
        still = timer.at > time ? 0 : still + 1
        if (still > ENDLESS) throw new Error(`time stands still at ${time}: ${ENDLESS} timers, one after the other`)
        time = Math.max(time, timer.at)
        timer.callback()
      }
      time = until
    },
  }
}

/** However long a chain of promises is, it has run out at the next tick. Nothing here waits for real I/O, so the event loop need not turn. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
