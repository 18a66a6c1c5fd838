/** Time that moves when told, as the `clock` option. It fakes no globals: for those, use your test runner's fake timers. */

import type { Clock } from '../base/clock.ts'

export interface FakeClock extends Clock {
  /** How many timers are set. */
  readonly pending: number
  /** Moves time on by `ms`, firing what falls due, each at its time. */
  advance(ms: number): void
  /** As `advance`, letting promises settle before, between and after: for async providers and predicates. */
  run(ms: number): Promise<void>
  /** Time passes while nothing runs, as when a laptop sleeps; what fell due meanwhile fires late, at the next `advance`. */
  jump(ms: number): void
  /** Sets `now()` forward or, with a negative `ms`, back, as a time server or a person does. Timers keep their distance. */
  adjust(ms: number): void
  /** What `random` returns from now on: a number, or a function asked each time. @default 0.5 */
  setRandom(random: number | (() => number)): void
}

/** Delays that platforms do not keep fire almost at once, here too (HTML: a signed 32-bit number). */
const LONGEST_DELAY = 2 ** 31 - 1
/** In ms: what is shorter might be lost in the sum with the time, and a timer that asks again for the rest would fire for ever. */
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

/** Lets chains of promises run out. Ten links are more than any provider of ours has; real I/O is not waited for. */
const settle = async (): Promise<void> => {
  for (let link = 0; link < 10; link++) await Promise.resolve()
}
