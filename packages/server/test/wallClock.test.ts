/** Durations do not depend on the wall clock, which can be set while they run. */

import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { TokenBucket } from '../src/connection/tokenBucket.ts'
import { createTtlMap } from '../src/store/memory/ttlMap.ts'
import { createTestNode, settle } from './support/testNode.ts'

const HOUR = 3_600_000

test.each([8 * HOUR, -8 * HOUR])('setting the wall clock by %d ms changes no time to live', (ms) => {
  const clock = createFakeClock()
  const map = createTtlMap<string>(new Map(), clock, 10)
  map.set('key', 'value', 1000)
  clock.adjust(ms)
  clock.advance(999)
  expect(map.get('key')).toBe('value')
  clock.advance(1)
  expect(map.get('key')).toBeUndefined()
})

test.each([8 * HOUR, -8 * HOUR])(
  'setting the wall clock by %d ms neither adds nor removes tokens of a rate limit',
  (ms) => {
    const clock = createFakeClock()
    const bucket = new TokenBucket(clock, 1, 2)
    expect([bucket.take(1), bucket.take(1), bucket.take(1)]).toEqual([true, true, false])
    clock.adjust(ms)
    expect(bucket.take(1)).toBe(false)
    clock.advance(1000)
    expect([bucket.take(1), bucket.take(1)]).toEqual([true, false])
  },
)

test('a token whose clock was set back is valid until the clock shows its time', async () => {
  const { clock, openSession } = createTestNode({
    authenticate: () => ({ id: 'ann', expiresAt: clock.now() + 5000 }),
  })
  const { socket } = await openSession()
  clock.adjust(-3000)
  await clock.run(7999)
  expect(socket.closed).toBeUndefined()
  await clock.run(1)
  await settle()
  expect(socket.closed?.code).toBe(4006)
})
