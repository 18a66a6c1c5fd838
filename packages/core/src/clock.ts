/** Where time and chance come from. Nothing else in the core reads a clock or throws dice. */

/** Time and chance, replaceable in tests. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since the epoch, as `Date.now()`. */
  now(): number
  /** Calls back once after `delay` ms; returns what `clearTimeout` takes. */
  setTimeout(callback: () => void, delay: number): unknown
  clearTimeout(handle: unknown): void
  /** A number from 0 up to, not including, 1. */
  random(): number
}

/** The platform's clock. It looks the globals up at each call, so that fake timers installed later are seen. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (handle) => clearTimeout(handle as number),
  random: () => Math.random(),
}
