import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { onTick } from './onTick.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** The calls within a second, and in another second after the stop. */
function count(isMotionReduced: boolean): [number, number] {
  vi.stubGlobal('matchMedia', () => ({ matches: isMotionReduced }))
  const run = vi.fn()
  const stop = onTick(run)
  // One more frame, in which the last call of the second is made.
  vi.advanceTimersByTime(1020)
  const calls = run.mock.calls.length
  stop()
  vi.advanceTimersByTime(1020)
  return [calls, run.mock.calls.length - calls]
}

it('calls ten times a second, and once for users who prefer reduced motion, until it is stopped', () => {
  expect(count(false)).toEqual([10, 0])
  expect(count(true)).toEqual([1, 0])
})

it('calls nothing while the page is hidden', () => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  expect(count(false)).toEqual([0, 0])
})

it('shares one timer, which ends with the last function', () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  const stops = [onTick(() => {}), onTick(() => {})]
  expect(vi.getTimerCount()).toBe(1)
  stops[0]?.()
  expect(vi.getTimerCount()).toBe(1)
  stops[1]?.()
  expect(vi.getTimerCount()).toBe(0)
})
