/** The limits of the memory store, beyond the store contract. */

import { createFakeClock } from '@holdfast/core/testing'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Store } from '../src/store/store.ts'
import { createTestNode } from './support/testNode.ts'

const all = { messages: 10_000, bytes: 2 ** 30 }
const owner = { node: 'n', link: 1 }
const record = (sessionId: string) => ({ sessionId, keyHash: 'h', user: 'u', last: 0, results: {}, takeovers: 0 })

test('the memory store uses no timer', async () => {
  const clock = createFakeClock()
  const store = memoryStore({ clock })
  await store.publish('a', '1', 'key')
  await store.addSession(record('s'), owner)
  await store.claimKey('u', 'k')
  await store.enter('a', { id: '1', user: { id: 'u' } })
  expect(clock.pending).toBe(0)
})

test('the memory store removes the least recently used stream without followers, and recreates it with a new epoch', async () => {
  const store = memoryStore({ streams: 3 })
  const unfollow = await store.follow('followed', () => undefined)
  const { epoch } = await store.publish('old', '1')
  for (const stream of ['b', 'c', 'd']) await store.publish(stream, '1')
  const { top, messages } = await store.read('old', 0, all)
  expect(top.offset).toBe(0)
  expect(top.epoch).not.toBe(epoch)
  expect(messages).toEqual([])
  unfollow()
})

test('the memory store trims the least recently used history first when all histories together exceed their limit', async () => {
  const store = memoryStore({ bytes: 1000 })
  await store.publish('old', 'x'.repeat(300))
  for (let n = 0; n < 5; n++) await store.publish('new', 'y'.repeat(200))
  expect((await store.read('old', 0, all)).messages).toEqual([])
  expect((await store.read('new', 0, all)).messages).toHaveLength(5)
  await store.publish('new', 'y'.repeat(200))
  expect((await store.read('new', 0, all)).messages.map(({ offset }) => offset)).toEqual([2, 3, 4, 5, 6])
})

test('the memory store passes a message above the byte limit to the feeds and does not keep it', async () => {
  const store = memoryStore({ history: { bytes: 10 } })
  const received: number[] = []
  await store.follow('a', (_, { offset }) => received.push(offset))
  await store.publish('a', 'x'.repeat(11))
  expect(received).toEqual([1])
  expect(await store.read('a', 0, all)).toMatchObject({ top: { offset: 1 }, messages: [] })
})

test('the memory store removes the session that was released first when too many have no link', async () => {
  const store = memoryStore({ sessions: 2 })
  for (const sessionId of ['a', 'b', 'c']) await store.addSession({ ...record(sessionId), user: sessionId }, owner)
  for (const sessionId of ['b', 'a', 'c']) await store.releaseSession(sessionId, owner)
  expect(await store.getSession('b')).toBeUndefined()
  expect(await store.getSession('a')).toBeDefined()
  expect(await store.getSession('c')).toBeDefined()
})

test('the memory store removes no session with a link, however many there are, nor one that is taken over', async () => {
  const store = memoryStore({ sessions: 2 })
  await store.addSession(record('away'), owner)
  await store.releaseSession('away', owner)
  let finish = (): void => undefined
  const remove = store.onDetach(() => new Promise((resolve) => (finish = resolve)))
  const taken = store.takeSession('away', { node: 'n', link: 2 })
  await Promise.resolve()
  for (let n = 0; n < 10; n++) {
    await store.addSession(record(`live${n}`), owner)
    await store.addSession(record(`left${n}`), owner)
    await store.releaseSession(`left${n}`, owner)
  }
  finish()
  remove()
  expect(await taken).toMatchObject({ sessionId: 'away', takeovers: 1 })
  for (let n = 0; n < 10; n++) expect(await store.touchSession(`live${n}`, owner)).toBe('recorded')
  const left = await Promise.all(Array.from({ length: 10 }, (_, n) => store.getSession(`left${n}`)))
  expect(left.filter(Boolean).map((session) => session!.sessionId)).toEqual(['left8', 'left9'])
})

test('a user with many sessions removes its own oldest ones, not those of other users', async () => {
  const store = memoryStore({ sessions: 100 })
  const begin = async (sessionId: string, user: string): Promise<void> => {
    await store.addSession({ ...record(sessionId), user }, owner)
    await store.releaseSession(sessionId, owner)
  }
  await begin('ann', 'ann')
  for (let n = 0; n < 500; n++) await begin(`m${n}`, 'mallory')
  expect(await store.getSession('ann')).toBeDefined()
  expect(await store.getSession('m400')).toBeUndefined()
  expect(await store.getSession('m499')).toBeDefined()
})

test('a session without a link exists until its window has passed, and not at that time', async () => {
  const clock = createFakeClock()
  const store = memoryStore({ clock, window: 1000 })
  await store.addSession(record('a'), owner)
  await store.releaseSession('a', owner)
  clock.advance(999)
  expect(await store.getSession('a')).toBeDefined()
  clock.advance(1)
  expect(await store.getSession('a')).toBeUndefined()
})

test('a delivery keeps its session for another window', async () => {
  const clock = createFakeClock()
  const store = memoryStore({ clock, window: 1000 })
  await store.addSession(record('a'), owner)
  clock.advance(900)
  await store.recordApplied('a', owner, 1)
  clock.advance(900)
  expect(await store.getSession('a')).toMatchObject({ last: 1 })
})

test('the memory store reports a session that it removes before its time, and not those that have expired', async () => {
  const clock = createFakeClock()
  const store = memoryStore({ clock, window: 1000, sessions: 1 })
  const evicted: string[] = []
  store.onEvict?.((kind) => evicted.push(kind))
  await store.addSession(record('used'), owner)
  await store.addSession(record('a'), owner)
  await store.releaseSession('a', owner)
  clock.advance(900)
  await store.touchSession('used', owner)
  clock.advance(200)
  await store.touchSession('used', owner)
  for (const sessionId of ['b', 'c']) {
    await store.addSession(record(sessionId), owner)
    expect(evicted).toEqual([])
    await store.releaseSession(sessionId, owner)
  }
  expect(evicted).toEqual(['session'])
})

test('a takeover that fails does not block the session', async () => {
  const store = memoryStore()
  let fails = true
  store.onDetach(async () => {
    if (fails) throw new Error('a failure')
  })
  await store.addSession(record('a'), owner)
  await expect(store.takeSession('a', { node: 'two', link: 1 })).rejects.toThrow('a failure')
  fails = false
  expect(await store.takeSession('a', { node: 'two', link: 2 })).toMatchObject({ takeovers: 1 })
})

test('a record that replaces another one leaves the place of its answers to others', async () => {
  const store = memoryStore()
  const results = { 1: `{"d":"${'x'.repeat(200_000)}"}` }
  for (let takeovers = 1; takeovers <= 40; takeovers++) {
    await store.addSession({ ...record('a'), results, takeovers }, { node: String(takeovers), link: 1 })
  }
  expect((await store.getSession('a'))?.results).toEqual(results)
})

test('the memory store trims the history that was read least recently, and counts none that was evicted', async () => {
  const store = memoryStore({ bytes: 100, streams: 1 })
  const text = 'x'.repeat(60)
  await store.publish('evicted', text)
  for (const name of ['a', 'b']) await store.follow(name, () => undefined)
  await store.publish('other', '')
  await store.publish('a', 'x'.repeat(40))
  await store.publish('b', 'x'.repeat(40))
  const count = async (name: string): Promise<number> =>
    (await store.read(name, 0, { messages: 9, bytes: 999 })).messages.length
  expect([await count('b'), await count('a')]).toEqual([1, 1])
  await store.publish('other', 'x'.repeat(40))
  expect([await count('b'), await count('a')]).toEqual([0, 1])
})

test('a session without a link expires after the window, also when many others are used', async () => {
  const clock = createFakeClock()
  const store = memoryStore({ clock, window: 1000 })
  await store.addSession(record('a'), owner)
  await store.releaseSession('a', owner)
  await store.addSession(record('b'), owner)
  await clock.run(900)
  await store.touchSession('b', owner)
  await clock.run(200)
  expect(await store.getSession('a')).toBeUndefined()
  expect(await store.touchSession('b', owner)).toBe('recorded')
})

test('the memory store does not limit followed streams: each delivers, and calls do not slow down', async () => {
  const store = memoryStore({ streams: 10 })
  const received = new Map<string, number[]>()
  for (let n = 0; n < 50; n++) {
    const offsets: number[] = []
    received.set(`s${n}`, offsets)
    await store.follow(`s${n}`, (_, { offset }) => offsets.push(offset))
  }
  for (const stream of received.keys()) for (let n = 0; n < 2; n++) await store.publish(stream, '1')
  expect([...received.values()]).toEqual(Array.from({ length: 50 }, () => [1, 2]))
})

test('the memory store keeps the stream that is being created even if no other one is allowed', async () => {
  const store = memoryStore({ streams: 1 })
  await store.publish('b', '1')
  const { epoch } = await store.publish('a', '1')
  expect((await store.read('a', 0, all)).top).toEqual({ epoch, offset: 1 })
})

describe('idempotency keys of publish in the memory store', () => {
  test('are valid for 300 s after 5000 others in the same stream', async () => {
    const clock = createFakeClock()
    const store = memoryStore({ clock })
    const first = await store.publish('a', '1', 'first')
    for (let n = 0; n < 5000; n++) await store.publish('a', '2', `k${n}`)
    clock.advance(299_999)
    expect(await store.publish('a', '1', 'first')).toEqual(first)
    clock.advance(1)
    expect(await store.publish('a', '1', 'first')).not.toEqual(first)
  })

  test('are valid after their stream was removed', async () => {
    const store = memoryStore({ streams: 1 })
    const first = await store.publish('a', '1', 'key')
    await store.publish('b', '1')
    expect(await store.publish('a', '1', 'key')).toEqual(first)
  })

  test('of one stream do not remove those of another', async () => {
    const store = memoryStore({ keys: 100_000 })
    const first = await store.publish('a', '1', 'first')
    for (let n = 0; n < 1000; n++) await store.publish('busy', '2', `k${n}`)
    expect(await store.publish('a', '1', 'first')).toEqual(first)
  })
})

describe('idempotency keys of users in the memory store', () => {
  const use = async (store: Store, user: string, key: string, result = ''): Promise<string | undefined> => {
    const claimed = await store.claimKey(user, key)
    if (claimed === undefined) await store.recordKey(user, key, result)
    return claimed
  }

  test('of one user are not removed by 100 001 keys of another', async () => {
    const store = memoryStore()
    await use(store, 'ann', 'order')
    for (let n = 0; n < 100_001; n++) await use(store, 'mallory', `k${n}`)
    expect(await use(store, 'ann', 'order')).toBe('')
  })

  test('stay valid when their replies exceed half of the limit: further replies are stored as the error expired', async () => {
    const store = memoryStore({ keys: 16 * 2 * 10_000 })
    const evicted: string[] = []
    store.onEvict?.((kind) => evicted.push(kind))
    const reply = `{"d":"${'x'.repeat(4000)}"}`
    for (const key of ['one', 'two', 'three']) await use(store, 'ann', key, reply)
    expect(await use(store, 'ann', 'one')).toBe(reply)
    expect(await use(store, 'ann', 'two')).toBe(reply)
    expect(await use(store, 'ann', 'three')).toContain('"code":"expired"')
    expect(evicted).toEqual([])
  })

  test('keep the codes of their refusals when their replies exceed half of the limit', async () => {
    const store = memoryStore({ keys: 16 * 2 * 1000 })
    const refusal = JSON.stringify({ e: { code: 'no', message: 'm'.repeat(300) } })
    for (const key of ['a', 'b', 'c']) await use(store, 'ann', key, refusal)
    expect(await use(store, 'ann', 'b')).toBe(refusal)
    expect(await use(store, 'ann', 'c')).toBe('{"e":{"code":"no","message":""}}')
  })

  test('are refused above the limit of their user, until the oldest ones have expired', async () => {
    const clock = createFakeClock()
    const store = memoryStore({ clock, keys: 16 * 162 * 3 })
    const evicted: string[] = []
    store.onEvict?.((kind) => evicted.push(kind))
    for (const key of ['k0', 'k1', 'k2']) {
      expect(await use(store, 'ann', key)).toBeUndefined()
      clock.advance(1000)
    }
    clock.advance(296_999)
    expect(await use(store, 'ann', 'k3')).toBe('full')
    expect(await use(store, 'ann', 'k0')).toBe('')
    expect(await use(store, 'bob', 'k3')).toBeUndefined()
    clock.advance(1)
    expect(await use(store, 'ann', 'k3')).toBeUndefined()
    expect(await use(store, 'ann', 'k4')).toBe('full')
    expect(evicted).toEqual([])
  })

  test('are removed, oldest first, when all together exceed the limit, and the store reports each', async () => {
    const store = memoryStore({ keys: 16 * 1000 })
    const evicted: string[] = []
    store.onEvict?.((kind) => evicted.push(kind))
    const users = Array.from({ length: 100 }, (_, index) => `u${index}`)
    for (const user of users) for (const key of ['a', 'b']) await use(store, user, key)
    expect(evicted.length).toBeGreaterThan(90)
    expect(new Set(evicted)).toEqual(new Set(['key']))
    expect(await use(store, 'u99', 'a')).toBe('')
  })

  test('of the user who used one least recently are removed first when all together exceed the limit', async () => {
    const store = memoryStore({ keys: 16 * 800 })
    for (let user = 0; user < 100; user++) await use(store, `u${user}`, 'key')
    expect(await use(store, 'u99', 'key')).toBe('')
    expect(await store.claimKey('u0', 'key')).toBeUndefined()
  })

  test('keep a reservation while its message is handled, whatever other users do', async () => {
    const store = memoryStore({ keys: 16 * 800 })
    expect(await store.claimKey('ann', 'order')).toBeUndefined()
    for (let user = 0; user < 1000; user++) await use(store, `u${user}`, 'key')
    expect(await store.claimKey('ann', 'order')).toBe('pending')
  })

  test('need no memory after 300 s', async () => {
    const clock = createFakeClock()
    const store = memoryStore({ clock, keys: 16 * 2000 })
    const evicted: string[] = []
    store.onEvict?.((kind) => evicted.push(kind))
    for (let round = 0; round < 50; round++) {
      for (let user = 0; user < 100; user++) await use(store, `${round} ${user}`, 'key')
      clock.advance(300_000)
    }
    expect(evicted).toEqual([])
  })
})

test('the hub counts what its store evicts, and emits one event per second', async () => {
  const { node, clock } = createTestNode({ store: memoryStore({ streams: 1 }) })
  const events: unknown[] = []
  node.on('evict', (details) => events.push(details))
  for (let n = 0; n < 4; n++) await node.publish(`s${n}`, n)
  expect(node.stats().evicted).toBe(3)
  expect(events).toEqual([{ kind: 'stream', count: 1 }])
  await clock.run(1000)
  await node.publish('s5', 5)
  expect(events).toEqual([
    { kind: 'stream', count: 1 },
    { kind: 'stream', count: 3 },
  ])
})

test('a hub that is closed does not count what its store evicts for other hubs', async () => {
  const store = memoryStore({ streams: 1 })
  const { node } = createTestNode({ store })
  const events: unknown[] = []
  node.on('evict', (details) => events.push(details))
  await node.close()
  for (let n = 0; n < 3; n++) await store.publish(`s${n}`, '1')
  expect([node.stats().evicted, events]).toEqual([0, []])
})

test('the memory store returns copies of session records', async () => {
  const store = memoryStore()
  await store.addSession(record('a'), owner)
  const first = await store.getSession('a')
  Object.assign(first!, { last: 7 })
  Object.assign(first!.results, { 1: 'x' })
  expect(await store.getSession('a')).toMatchObject({ last: 0, results: {}, takeovers: 0 })
})

test('memoryStore throws for a wrong option and names it', () => {
  expect(() => memoryStore({ window: 0 })).toThrow('window')
  expect(() => memoryStore({ history: { messages: -1 } })).toThrow('history.messages')
})
