/** The buckets of the rate limits. */

import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { TokenBucket } from '../src/connection/tokenBucket.ts'

test('holds no more tokens than its capacity, however long it fills', () => {
  const clock = createFakeClock()
  const bucket = new TokenBucket(clock, 10, 2)
  clock.advance(3_600_000)
  expect([bucket.take(2), bucket.take(1)]).toEqual([true, false])
})

test('waits for what was spent above its capacity', () => {
  const clock = createFakeClock()
  const bucket = new TokenBucket(clock, 10, 2)
  bucket.spend(5)
  expect(bucket.wait()).toBe(400)
  clock.advance(399)
  expect(bucket.wait()).toBe(1)
  clock.advance(1)
  expect(bucket.wait()).toBe(0)
})

test('with a capacity below one, waits until it is full', () => {
  const clock = createFakeClock()
  const bucket = new TokenBucket(clock, 1, 0.5)
  expect(bucket.wait()).toBe(0)
  bucket.spend(1)
  expect(bucket.wait()).toBe(1000)
  clock.advance(1000)
  expect(bucket.wait()).toBe(0)
})
