/** Where the hub's time and chance come from; the same shape as the core's clock, so that one fake serves both. Keys and ids come from `node:crypto`. */

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

/** The longest delay that timers keep, in ms; beyond it they fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1

/** Node's clock, looked up at each call. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
  random: () => Math.random(),
}

/** The timers of one owner, which can all be cleared at once. */
export interface Timers {
  /** Calls back once after `delay` ms, however long; returns the way out. */
  after(delay: number, callback: () => void): () => void
  /** Resolves after `delay` ms, or at once with false when the timers are cleared. */
  sleep(delay: number): Promise<boolean>
  /** Clears all; later ones are never set. */
  clear(): void
}

export const createTimers = (clock: Clock): Timers => {
  /** The way out of each, and what to do instead when all are cleared. */
  const set = new Map<() => void, (() => void) | undefined>()
  let cleared = false
  const begin = (delay: number, callback: () => void, instead?: () => void): (() => void) => {
    if (cleared) {
      instead?.()
      return () => undefined
    }
    const fire = (): void => {
      set.delete(stop)
      callback()
    }
    const handle = clock.setTimeout(fire, Math.min(delay, LONGEST_DELAY))
    const stop = (): void => {
      clock.clearTimeout(handle)
      set.delete(stop)
    }
    set.set(stop, instead)
    return stop
  }
  return {
    after: (delay, callback) => begin(delay, callback),
    sleep: (delay) =>
      new Promise(
        (resolve) =>
          void begin(
            delay,
            () => resolve(true),
            () => resolve(false),
          ),
      ),
    clear: () => {
      cleared = true
      for (const [stop, instead] of [...set]) {
        stop()
        instead?.()
      }
    },
  }
}
