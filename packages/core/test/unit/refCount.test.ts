/** The number of users of a lazy client, and the linger time after the last release. */

import { expect, test } from 'vitest'
import { RefCount } from '../../src/state/refCount.ts'
import { createFakeClock } from '../../src/testing/index.ts'

const create = (linger: number) => {
  const clock = createFakeClock()
  const calls: string[] = []
  const shared = {
    clock,
    settings: { linger },
    used: () => void calls.push('open'),
    unused: () => void calls.push('end'),
  }
  const refCount = new RefCount(shared)
  return { clock, calls, held: () => refCount.isHeld, retain: () => refCount.retain(), stop: () => refCount.stop() }
}

test('the first retain() opens, and later ones do not open again', () => {
  const { calls, held, retain } = create(1000)
  expect(held()).toBe(false)
  retain()
  retain()
  expect([calls, held()]).toEqual([['open'], true])
})

test('a retain() whose dial is not possible does not count as a user', () => {
  const calls: string[] = []
  const used = (): void => {
    calls.push('open')
    if (calls.length === 1) throw new Error('no URL')
  }
  const refCount = new RefCount({ clock: createFakeClock(), settings: { linger: 0 }, used, unused: () => {} })
  expect(() => refCount.retain()).toThrow('no URL')
  expect(refCount.isHeld).toBe(false)
  refCount.retain()
  expect(calls).toEqual(['open', 'open'])
})

test('the linger time begins with the last release', () => {
  const { clock, calls, held, retain } = create(1000)
  const releases = [retain(), retain()]
  releases[0]!()
  clock.advance(5000)
  expect(calls).toEqual(['open'])
  releases[1]!()
  clock.advance(999)
  expect([calls, held()]).toEqual([['open'], true])
  clock.advance(1)
  expect([calls, held(), clock.pending]).toEqual([['open', 'end'], false, 0])
})

test('a retain() during the linger time cancels the end', () => {
  const { clock, calls, retain } = create(1000)
  retain()()
  clock.advance(999)
  retain()
  clock.advance(5000)
  expect(calls).not.toContain('end')
  expect(clock.pending).toBe(0)
})

test('a retain() after the linger time opens again', () => {
  const { clock, calls, retain } = create(1000)
  retain()()
  clock.advance(1000)
  retain()
  expect(calls).toEqual(['open', 'end', 'open'])
})

test('the linger time starts again with each last release', () => {
  const { clock, calls, retain } = create(1000)
  retain()()
  clock.advance(900)
  retain()()
  clock.advance(900)
  expect(calls).not.toContain('end')
  clock.advance(100)
  expect(calls).toContain('end')
})

test('calling a release twice counts once', () => {
  const { clock, calls, retain } = create(1000)
  const release = retain()
  retain()
  release()
  release()
  clock.advance(5000)
  expect(calls).toEqual(['open'])
})

test('a linger time of 0 ends in a microtask, and a remount in the same turn cancels the end', async () => {
  const { clock, calls, retain } = create(0)
  const release = retain()
  release()
  const again = retain()
  await Promise.resolve()
  expect(calls).not.toContain('end')
  again()
  expect(calls).not.toContain('end')
  await Promise.resolve()
  expect(calls.filter((call) => call === 'end')).toHaveLength(1)
  expect(clock.pending).toBe(0)
})

test.each([0, 1000])('stop() cancels a pending end, with linger %d', async (linger) => {
  const { clock, calls, retain, stop } = create(linger)
  retain()()
  stop()
  await Promise.resolve()
  clock.advance(5000)
  expect([calls, clock.pending]).toEqual([['open'], 0])
})
