/**
 * The virtual time of a run. Each timer has an owner, the client that has set it: the timers of a sleeping computer and of a hidden page
 * fire late, and each owner has random numbers of its own.
 */

import type { Clock } from '@holdfast/core'
import { createRandom, seedOf } from './random.ts'
import { type Timer, TimerQueue } from './timerQueue.ts'

/** The owner of the server's and the network's timers. */
export const ARENA = ''

export interface ArenaClock extends Clock {
  monotonic(): number
  setTimeout(callback: () => void, delay: number): number
  clearTimeout(handle: unknown): void
  /** Starts all random numbers again. */
  reseed(): void
  /** Awaits a promise as the code of an owner, while the time stands still. */
  loadAs<Value>(owner: string, load: () => Promise<Value>): Promise<Value>
  /** Whose code runs now. */
  readonly owner: string
  /** Runs a callback as the code of an owner. */
  as<Value>(owner: string, callback: () => Value): Value
  /** Sets a timer of the network or the browser: its callback runs as the code of an owner, and is never late. */
  schedule(owner: string, callback: () => void, delay: number): number
  /** Sets when the timers of all owners but the arena fire: returns a time not before `at`. */
  setDelay(delay: (at: number) => number): void
  /** When the next timer is due. */
  readonly next: number
  /**
   * Advances the time to `until` ms and fires the timers that are due before it, each at its time. Promises settle after each, and
   * everything else after many: `breathe` waits for a task of the platform. The number of timers decides when, so runs are equal.
   */
  runUntil(until: number): Promise<void>
}

/** Longer delays fire at once, as on platforms (HTML: a signed 32-bit number). */
const LONGEST_DELAY = 2 ** 31 - 1
/** The wall clock at the start of each run. */
const EPOCH = Date.UTC(2026, 0, 1)

/** More links than a chain of promises between two timers has. */
const settle = async (): Promise<void> => {
  for (let link = 0; link < 40; link++) await Promise.resolve()
}

/** After how many timers the platform gets a turn. */
const TIMERS_PER_TASK = 200

export interface ArenaClockOptions {
  seed: number
  /** A timer's callback has thrown. */
  onError: (error: unknown) => void
  breathe: () => Promise<void>
}

export const createArenaClock = ({ seed, onError, breathe }: ArenaClockOptions): ArenaClock => {
  let fired = 0
  let time = 0
  let owner = ARENA
  let lastOrder = 0
  let delayOf = (at: number): number => at
  const queue = new TimerQueue()
  const timers = new Map<number, Timer>()
  const randoms = new Map<string, () => number>()

  const add = (callback: () => void, delay: number, of: string, mayBeLate: boolean): number => {
    const kept = delay > LONGEST_DELAY ? 1 : delay
    const order = ++lastOrder
    const timer: Timer = { at: time + (kept > 0 ? kept : 0), order, callback, owner: of, mayBeLate }
    timers.set(order, timer)
    queue.add(timer)
    return order
  }
  const clear = (handle: unknown): void => {
    if (typeof handle !== 'number') return
    const timer = timers.get(handle)
    if (timer) timer.callback = undefined
    timers.delete(handle)
  }
  /** Returns the callback to call now. A timer that is to fire late is queued again, under its own handle. */
  const take = (timer: Timer): (() => void) | undefined => {
    queue.removeFirst()
    if (!timer.callback) return undefined
    const at = timer.mayBeLate ? delayOf(timer.at) : timer.at
    if (at > timer.at) {
      timer.at = at
      queue.add(timer)
      return undefined
    }
    timers.delete(timer.order)
    return timer.callback
  }
  const as = <Value>(next: string, callback: () => Value): Value => {
    const previous = owner
    owner = next
    try {
      return callback()
    } finally {
      owner = previous
    }
  }
  return {
    now: () => EPOCH + time,
    monotonic: () => time,
    setTimeout: (callback, delay) => add(callback, delay, owner, owner !== ARENA),
    schedule: (of, callback, delay) => add(callback, delay, of, false),
    clearTimeout: clear,
    random: () => {
      let random = randoms.get(owner)
      if (!random) randoms.set(owner, (random = createRandom(seedOf(seed, owner))))
      return random()
    },
    reseed: () => randoms.clear(),
    loadAs: async (next, load) => {
      owner = next
      try {
        return await load()
      } finally {
        owner = ARENA
      }
    },
    get owner() {
      return owner
    },
    as,
    setDelay: (delay) => {
      delayOf = delay
    },
    get next() {
      return queue.first()?.at ?? Infinity
    },
    runUntil: async (until) => {
      await settle()
      for (let timer = queue.first(); timer && timer.at < until; timer = queue.first()) {
        const due = timer
        const callback = take(due)
        if (!callback) continue
        time = Math.max(time, due.at)
        // Also during the promises that the callback settles.
        owner = due.owner
        try {
          callback()
        } catch (error) {
          onError(error)
        }
        await settle()
        owner = ARENA
        if (++fired % TIMERS_PER_TASK === 0) await breathe()
      }
      time = Math.max(time, until)
    },
  }
}
