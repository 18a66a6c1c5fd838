/** The clock of a simulation: it jumps from one due timer to the next, and lets all promises settle in between. */

import type { Clock } from '@holdfast/core'

export interface SimClock extends Clock {
  /** The number of timers that are set. */
  readonly pending: number
  /** Lets time pass, and fires the timers that are due. */
  run(ms: number): Promise<void>
}

interface Timer {
  at: number
  order: number
  callback: () => void
}

/** The shortest delay, in ms. */
const SHORTEST_DELAY = 0.001
/** More timers than any scenario fires at one moment. An endless loop fails instead of hanging. */
const TOO_MANY_TIMERS = 10_000

/** @param random the source of all randomness in the simulation */
export const createSimClock = (random: () => number): SimClock => {
  let time = 1_000_000
  let order = 0
  const timers = new Set<Timer>()
  /** The first timer that is due until this moment. Of two timers due together, the one that was set first. */
  const findNext = (until: number): Timer | undefined => {
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
      // A delay such as 1e-10 would vanish in the sum, and a loop with such delays would never end.
      const wait = delay > 0 ? Math.max(SHORTEST_DELAY, Math.min(delay, 2 ** 31 - 1)) : 0
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
      let timersNow = 0
      for (let timer; (timer = findNext(until)); await settle()) {
        timers.delete(timer)
        timersNow = timer.at > time ? 0 : timersNow + 1
        if (timersNow > TOO_MANY_TIMERS)
          throw new Error(`time does not advance at ${time}: ${TOO_MANY_TIMERS} timers, one after the other`)
        time = Math.max(time, timer.at)
        timer.callback()
      }
      time = until
    },
  }
}

/** Node runs all promise callbacks before the next tick. The simulation has no real I/O, so this settles everything. */
const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve))
