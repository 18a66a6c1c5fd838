/** The timers of a node: what the clock is asked for, and what is left. */

import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { callAt, createTimers } from '../src/clock.ts'

/** Timers on a clock that records which of them are cleared. */
const create = () => {
  const clock = createFakeClock()
  const cleared: unknown[] = []
  const timers = createTimers({
    ...clock,
    clearTimeout: (handle) => {
      cleared.push(handle)
      clock.clearTimeout(handle)
    },
  })
  return { clock, timers, cleared }
}

test('clear() cancels the timers that are set, and not those that have fired or were cancelled', async () => {
  const { clock, timers, cleared } = create()
  const fired: string[] = []
  timers.after(10, () => fired.push('first'))
  timers.after(20, () => fired.push('cancelled'))()
  timers.after(30, () => fired.push('last'))
  clock.advance(10)
  expect(cleared).toHaveLength(1)
  timers.clear()
  expect(cleared).toHaveLength(2)
  clock.advance(100)
  expect([fired, clock.pending]).toEqual([['first'], 0])
})

test('after clear() no timer is set, and every wait ends at once', async () => {
  const { clock, timers } = create()
  const before = [timers.sleep(10), timers.within(10, new Promise(() => undefined))]
  expect(timers.isCleared).toBe(false)
  timers.clear()
  timers.after(10, () => expect.unreachable())
  const after = [timers.sleep(10), timers.within(10, new Promise(() => undefined))]
  expect([timers.isCleared, clock.pending]).toEqual([true, 0])
  expect(await Promise.all([...before, ...after])).toEqual([false, false, false, false])
})

test('a wait that ends early leaves no timer', async () => {
  const { clock, timers } = create()
  expect(await timers.within(10, Promise.resolve())).toBe(true)
  await clock.run(0)
  expect(clock.pending).toBe(0)
})

test('a delay that is longer than a timer of Node can be does not end at once', () => {
  const { clock, timers } = create()
  let isDue = false
  timers.after(2 ** 31, () => (isDue = true))
  clock.advance(1_000_000)
  expect(isDue).toBe(false)
})

test('a time that is later again, because the clock was set back, can be cancelled', () => {
  const { clock, timers } = create()
  const cancel = callAt(clock, timers, 5000, () => expect.unreachable())
  clock.adjust(-3000)
  clock.advance(5000)
  expect(clock.pending).toBe(1)
  cancel()
  expect(clock.pending).toBe(0)
})
