/** The source of time and random numbers. Nothing else in the core reads a clock or draws a random number. */

/** Time and random numbers, replaceable in tests. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch, as `Date.now()`. */
  now(): number
  /** Milliseconds since any fixed moment. Unlike `now()`, they are never set forward or back. @default now */
  monotonic?(): number
  /** Calls back once after `delay` ms. Returns a handle for `clearTimeout`. */
  setTimeout(callback: () => void, delay: number): unknown
  clearTimeout(handle: unknown): void
  /** A number from 0 up to, not including, 1. */
  random(): number
}

/** The longest delay that platform timers keep, in ms: a signed 32-bit number. A longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

/** Whether a value of the user is a number of ms; NaN is none. */
export const isTime = (value: unknown, least = 0): value is number => typeof value === 'number' && value >= least

/** Sets a timer for any delay, also Infinity. */
export const setTimer = (clock: Clock, callback: () => void, delay: number): unknown =>
  clock.setTimeout(callback, Math.min(delay, LONGEST_DELAY))

/** The time that durations are measured with, in whole ms: a wall clock can be set while they run. */
export const monotonicNow = (clock: Clock): number => Math.floor(clock.monotonic?.() ?? clock.now())

/**
 * Returns a function that reads the time, in ms, for ages that must not be underestimated: on most platforms the monotonic clock stands
 * still while the computer sleeps (MDN, performance.now), and the wall clock can be set back.
 */
export const createAgeClock = (clock: Clock): (() => number) => {
  const ahead = monotonicNow(clock) - clock.now()
  return () => Math.max(monotonicNow(clock), clock.now() + ahead)
}

/** The platform's clock. It looks the globals up at each call, so that fake timers installed later take effect. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => globalThis.performance?.now() ?? Date.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (handle) => clearTimeout(handle as number),
  random: () => Math.random(),
}
