/** Who uses a shared connection, and how long it stays after the last one. */

import { expect, test } from 'vitest'
import { RefCount } from '../../src/state/refCount.ts'
import { createFakeClock } from '../../src/testing/index.ts'

const made = (linger: number) => {
  const clock = createFakeClock()
  const calls: string[] = []
  const shared = {
    clock,
    settings: { linger },
    used: () => void calls.push('open'),
    unused: () => void calls.push('rest'),
  }
  const refCount = new RefCount(shared)
  return { clock, calls, held: () => refCount.isHeld, retain: () => refCount.retain(), stop: () => refCount.stop() }
}

test('the first user opens it, the others find it open', () => {
  const { calls, held, retain } = made(1000)
  expect(held()).toBe(false)
  retain()
  retain()
  expect([calls, held()]).toEqual([['open'], true])
})

test('it ends some time after the last user, and not before', () => {
  const { clock, calls, held, retain } = made(1000)
  const releases = [retain(), retain()]
  releases[0]!()
  clock.advance(5000)
  expect(calls).toEqual(['open'])
  releases[1]!()
  clock.advance(999)
  expect([calls, held()]).toEqual([['open'], true])
  clock.advance(1)
  expect([calls, held(), clock.pending]).toEqual([['open', 'rest'], false, 0])
})

test('who comes in time keeps it', () => {
  const { clock, calls, retain } = made(1000)
  retain()()
  clock.advance(999)
  retain()
  clock.advance(5000)
  expect(calls).not.toContain('rest')
  expect(clock.pending).toBe(0)
})

test('who comes too late opens it again', () => {
  const { clock, calls, retain } = made(1000)
  retain()()
  clock.advance(1000)
  retain()
  expect(calls).toEqual(['open', 'rest', 'open'])
})

test('the time begins afresh with each last release', () => {
  const { clock, calls, retain } = made(1000)
  retain()()
  clock.advance(900)
  retain()()
  clock.advance(900)
  expect(calls).not.toContain('rest')
  clock.advance(100)
  expect(calls).toContain('rest')
})

test('a release counts once', () => {
  const { clock, calls, retain } = made(1000)
  const release = retain()
  retain()
  release()
  release()
  clock.advance(5000)
  expect(calls).toEqual(['open'])
})

test('0 is a microtask: a remount in the same turn changes nothing', async () => {
  const { clock, calls, retain } = made(0)
  const release = retain()
  release()
  const again = retain()
  await Promise.resolve()
  expect(calls).not.toContain('rest')
  again()
  expect(calls).not.toContain('rest')
  await Promise.resolve()
  expect(calls.filter((call) => call === 'rest')).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test.each([0, 1000])('stop() forgets an end that was coming, linger %d', async (linger) => {
  const { clock, calls, retain, stop } = made(linger)
  retain()()
  stop()
  await Promise.resolve()
  clock.advance(5000)
  expect([calls, clock.pending]).toEqual([['open'], 0])
})
