// Replaces the global time, timers and random numbers: time advances on command, and every run has the same random numbers. Needs a
// separate process or page: the globals are not restored.

import { createFakeClock } from '../../packages/core/src/testing/fakeClock.ts'

/**
 * @param {number} [seed]
 * @returns {import('../../packages/core/src/testing/fakeClock.ts').FakeClock} `pending` counts the live timers
 */
export function fakeTime(seed = 1) {
  const clock = createFakeClock(Date.UTC(2026, 0, 1))
  const start = clock.now()
  /** @type {Map<number, unknown>} */
  const intervals = new Map()
  let last = 0
  const setTimeout = (
    /** @type {(...args: unknown[]) => void} */ callback,
    delay = 0,
    /** @type {unknown[]} */ ...args
  ) => clock.setTimeout(() => callback(...args), delay)
  const clearTimeout = (/** @type {unknown} */ handle) => {
    if (intervals.has(/** @type {number} */ (handle))) clearInterval(handle)
    else clock.clearTimeout(handle)
  }
  const setInterval = (
    /** @type {(...args: unknown[]) => void} */ callback,
    delay = 0,
    /** @type {unknown[]} */ ...args
  ) => {
    const id = --last
    const again = () => intervals.set(id, clock.setTimeout(beat, delay))
    const beat = () => {
      again()
      callback(...args)
    }
    again()
    return id
  }
  const clearInterval = (/** @type {any} */ handle) => {
    clock.clearTimeout(intervals.get(handle) ?? handle)
    intervals.delete(handle)
  }
  Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval })
  Date.now = clock.now
  performance.now = () => clock.now() - start
  Math.random = createRandom(seed)
  return clock
}

/**
 * Random numbers from 0 to 1, the same for the same seed (mulberry32).
 * @param {number} seed
 */
function createRandom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
