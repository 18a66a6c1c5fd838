/** The hub's source of time and randomness. It has the shape of the core's clock, so one fake serves both. */

import { checkMethods } from './errors.ts'

/** Time and randomness, replaceable in tests. All times are milliseconds. Keys and ids come from `node:crypto` instead. */
export interface Clock {
  /** Milliseconds since the epoch, like `Date.now()`. */
  now(): number
  /** Milliseconds since any fixed moment, which are never set forward or back. @default now */
  monotonic?(): number
  /** Calls back once after `delay` ms. Returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, delay: number): unknown
  clearTimeout(handle: unknown): void
  /** A number from 0 up to, not including, 1. */
  random(): number
}

/** @throws OptionError */
export const checkClock = (clock: unknown): void =>
  checkMethods('clock', clock, ['now', 'setTimeout', 'clearTimeout', 'random'], ['monotonic'])

/** The longest delay in ms that `setTimeout` accepts. Longer delays fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

/** The time that durations are measured with: the wall clock can be set while they run. */
export const monotonicNow = (clock: Clock): number => clock.monotonic?.() ?? clock.now()

/** Node's clock. The globals are read at each call, so fake timers work. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  random: () => Math.random(),
}

/** A set of timers that can be cleared together. */
export interface Timers {
  /** Calls back once after `delay` ms. Returns a function that cancels the timer. */
  after(delay: number, callback: () => void): () => void
  /** Resolves with true after `delay` ms, or at once with false when the timers are cleared. */
  sleep(delay: number): Promise<boolean>
  /** Waits for a promise that never rejects. Resolves with false when it takes longer than `delay` ms, or when the timers are cleared. */
  within(delay: number, promise: Promise<unknown>): Promise<boolean>
  /** Whether `clear` was called. */
  readonly isCleared: boolean
  /** Clears all timers. Later calls of `after` and `sleep` set no timer. */
  clear(): void
}

export const createTimers = (clock: Clock): Timers => {
  /** Cancels a timer, mapped to the callback that `clear` runs in place of the timer's own. */
  const active = new Map<() => void, (() => void) | undefined>()
  let cleared = false
  const schedule = (delay: number, callback: () => void, onCleared?: () => void): (() => void) => {
    if (cleared) {
      onCleared?.()
      return () => undefined
    }
    const fire = (): void => {
      active.delete(cancel)
      callback()
    }
    const handle = clock.setTimeout(fire, Math.min(delay, LONGEST_DELAY))
    const cancel = (): void => {
      clock.clearTimeout(handle)
      active.delete(cancel)
    }
    active.set(cancel, onCleared)
    return cancel
  }
  return {
    after: (delay, callback) => schedule(delay, callback),
    sleep: (delay) =>
      new Promise((resolve) => {
        const wake = (): void => resolve(true)
        schedule(delay, wake, () => resolve(false))
      }),
    within: (delay, promise) =>
      new Promise((resolve) => {
        const giveUp = (): void => resolve(false)
        const cancel = schedule(delay, giveUp, giveUp)
        void promise.then(() => resolve(true)).finally(cancel)
      }),
    get isCleared() {
      return cleared
    },
    clear: () => {
      cleared = true
      for (const [cancel, onCleared] of [...active]) {
        cancel()
        onCleared?.()
      }
    },
  }
}

/** Resolves and rejects as the promise does. Rejects with an error of its own if that takes longer than `delay` ms. */
export const inTime = <Result>(
  timers: Timers,
  delay: number,
  promise: PromiseLike<Result>,
  onLate: () => Error,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const cancel = timers.after(delay, () => reject(onLate()))
    void Promise.resolve(promise).then(resolve, reject).finally(cancel)
  })

/** Calls back when the wall clock reaches a time. Waits again if the clock was set back, and after the longest delay. Returns a function that cancels it. */
export const callAt = (clock: Clock, timers: Timers, time: number, callback: () => void): (() => void) => {
  let cancel = (): void => undefined
  const wait = (): void => {
    cancel = timers.after(time - clock.now(), () => (clock.now() < time ? wait() : callback()))
  }
  wait()
  return () => cancel()
}
