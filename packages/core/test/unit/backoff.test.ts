/** The length of a wait: random between a minimum and a maximum that doubles up to a cap, unless the close reason has a hint. */

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backoff } from '../../src/engine/backoff.ts'

const rules = { minDelay: 250, baseDelay: 1000, maxDelay: 30_000 }
const lost = { code: 1006, reason: '' }
const most = 1 - 2 ** -53

test.each([
  [0, 250, 1250],
  [1, 250, 2250],
  [2, 250, 4250],
  [3, 250, 8250],
  [4, 250, 16_250],
  [5, 250, 30_250],
  [6, 250, 30_250],
  [50, 250, 30_250],
  [5000, 250, 30_250],
])('attempt %d waits between %d and %d ms', (attempt, least, longest) => {
  expect(backoff(attempt, lost, rules, () => 0)).toBe(least)
  expect(backoff(attempt, lost, rules, () => most)).toBeCloseTo(longest, 3)
})

test('a wait is within its limits for any rules and random numbers', () => {
  const delays = fc.integer({ min: 0, max: 2 ** 31 })
  const given = fc.record({ minDelay: delays, baseDelay: delays, maxDelay: delays })
  fc.assert(
    fc.property(fc.nat(), given, fc.double({ min: 0, max: most, noNaN: true }), (attempt, any, random) => {
      const wait = backoff(attempt, lost, any, () => random)
      expect(wait).toBeGreaterThanOrEqual(any.minDelay)
      expect(wait).toBeLessThanOrEqual(any.minDelay + any.maxDelay)
    }),
  )
})

test('a wait at the cap is still random', () => {
  const waits = [0, 0.25, 0.5, 0.75].map((random) => backoff(20, lost, rules, () => random))
  expect(waits).toEqual([250, 7750, 15_250, 22_750])
})

test('a wait is up to 10 s after the code 1012 (restart) and 5 to 30 s after 1013 (overload)', () => {
  expect(backoff(9, { code: 1012, reason: '' }, rules, () => 0)).toBe(0)
  expect(backoff(9, { code: 1012, reason: '' }, rules, () => 0.5)).toBe(5000)
  expect(backoff(0, { code: 1013, reason: '' }, rules, () => 0)).toBe(5000)
  expect(backoff(0, { code: 1013, reason: '' }, rules, () => 0.5)).toBe(17_500)
})

describe('a hint in the close reason', () => {
  test.each([1000, 1001, 1006, 1012, 1013, 4000])('is followed with the code %d', (code) => {
    const close = { code, reason: '{"in":[2000,4000]}' }
    expect(backoff(7, close, rules, () => 0)).toBe(2000)
    expect(backoff(7, close, rules, () => 0.5)).toBe(3000)
  })

  test('may ask for an exact time, or for no wait', () => {
    expect(backoff(0, { code: 1012, reason: '{"in":[700,700]}' }, rules, () => 0.9)).toBe(700)
    expect(backoff(0, { code: 1012, reason: '{"in":[0,0]}' }, rules, () => 0.9)).toBe(0)
  })

  test('may ask for ten minutes and no longer', () => {
    expect(backoff(0, { code: 1012, reason: '{"in":[600000,600000]}' }, rules, () => 0)).toBe(600_000)
    expect(backoff(0, { code: 1012, reason: '{"in":[600000,600001]}' }, rules, () => 0)).toBe(0)
  })

  test.each([
    'going away',
    '{',
    'null',
    '5',
    '[]',
    '{}',
    '{"in":null}',
    '{"in":5000}',
    '{"in":{}}',
    '{"in":[]}',
    '{"in":[1000]}',
    '{"in":["a","b"]}',
    '{"in":[-1,5]}',
    '{"in":[5000,1000]}',
    '{"in":[0,1e9]}',
    '{"in":[1e400,1e400]}',
  ])('is ignored if the reason is %s', (reason) => {
    expect(backoff(0, { code: 1006, reason }, rules, () => 0.5)).toBe(750)
  })

  test('leads to a wait of at most ten minutes, whatever a server sends', () => {
    const reasons = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify({ in: value })),
    )
    const pairs = fc.tuple(fc.jsonValue(), fc.jsonValue()).map((pair) => JSON.stringify({ in: pair }))
    fc.assert(
      fc.property(fc.oneof(reasons, pairs), fc.double({ min: 0, max: most, noNaN: true }), (reason, random) => {
        const wait = backoff(0, { code: 1006, reason }, rules, () => random)
        expect(typeof wait).toBe('number')
        expect(wait >= 0 && wait <= 600_000).toBe(true)
      }),
    )
  })
})
