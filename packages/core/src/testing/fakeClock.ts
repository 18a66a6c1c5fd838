/** A clock that a test moves, for the option `clock`. It replaces no globals: for those, use the fake timers of your test runner. */

import type { Clock } from '../base/clock.ts'

export interface FakeClock extends Clock {
  /** How many timers are set. */
  readonly pending: number
  /** Advances the time by `ms` and fires the timers that are due, each at its time. */
  advance(ms: number): void
  /** Like `advance`, and lets promises settle before, between and after the timers: for async functions of the client. */
  run(ms: number): Promise<void>
  /** Advances the time without firing timers, as when a laptop sleeps. They fire late, at the next `advance`. */
  jump(ms: number): void
  /** Sets `now()` forward, or back with a negative `ms`, as a time server does. `monotonic()` and timers do not change. */
  adjust(ms: number): void
  /** Sets what `random` returns: a number, or a function that is called each time. @default 0.5 */
  setRandom(random: number | (() => number)): void
}

/** Longer delays fire almost at once, as on platforms (HTML: a signed 32-bit number). */
const LONGEST_DELAY = 2 ** 31 - 1
/** In ms. A shorter delay can vanish when it is added to the time, and a timer that is set again for the rest would never end. */
const SHORTEST_DELAY = 0.001

/** @param start epoch ms at which the clock stands @default 0 */
export const createFakeClock = (start = 0): FakeClock => {
  let time = start
  let adjusted = 0
  let random: () => number = () => 0.5
  let last = 0
  const timers = new Map<number, { at: number; callback: () => void }>()

  /** The timer to fire next; of two due together, the one set first. */
  const next = (until: number): [number, { at: number; callback: () => void }] | undefined => {
    let found: [number, { at: number; callback: () => void }] | undefined
    for (const entry of timers) if (entry[1].at <= until && (!found || entry[1].at < found[1].at)) found = entry
    return found
  }
  const fire = (until: number): boolean => {
    const due = next(until)
    if (!due) return false
    timers.delete(due[0])
    time = Math.max(time, due[1].at)
    due[1].callback()
    return true
  }

  return {
    now: () => time + adjusted,
    monotonic: () => time,
    setTimeout: (callback, delay) => {
      const kept = delay > LONGEST_DELAY ? 1 : delay
      timers.set(++last, { at: time + (kept > 0 ? Math.max(SHORTEST_DELAY, kept) : 0), callback })
      return last
    },
    clearTimeout: (handle) => void timers.delete(handle as number),
    random: () => random(),
    get pending() {
      return timers.size
    },
    advance: (ms) => {
      const until = time + ms
      while (fire(until));
      time = until
    },
    run: async (ms) => {
      const until = time + ms
      do await settle()
      while (fire(until))
      time = until
      await settle()
    },
    jump: (ms) => {
      time += ms
    },
    adjust: (ms) => {
      adjusted += ms
    },
    setRandom: (value) => {
      random = typeof value === 'number' ? () => value : value
    },
  }
}

/** Lets chains of promises run out. Forty links are more than a chain of URL, protocols and token functions usually has. Real I/O is not awaited. */
const settle = async (): Promise<void> => {
  for (let link = 0; link < 40; link++) await Promise.resolve()
}
