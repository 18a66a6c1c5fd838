/** Bad days of Redis: it is killed, restarted, emptied, frozen; a node dies. Each test has a Redis of its own. */
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { redisStore, type RedisStore, type RedisStoreOptions } from '../../src/store/redis/redisStore.ts'
import { StoreUnavailableError } from '../../src/store/redis/storeUnavailableError.ts'
import type { SessionRecord } from '../../src/store/store.ts'
import { deferred } from '../support/deferred.ts'
import { type Redis, startRedis } from './startRedis.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end()
})

async function redisOf(options?: { append?: boolean }): Promise<Redis> {
  const redis = await startRedis(options)
  ends.push(() => redis.end())
  return redis
}

async function storeOn(redis: Redis, options: RedisStoreOptions = {}): Promise<RedisStore> {
  const store = redisStore(createClient({ url: redis.url }), options)
  ends.push(() => store.close())
  await store.ready
  return store
}

/** Sends a command as somebody else. */
async function command(redis: Redis, ...args: string[]): Promise<unknown> {
  const client = createClient({ url: redis.url, disableOfflineQueue: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.sendCommand(args)
  } finally {
    client.destroy()
  }
}

const doubt = (store: RedisStore): Promise<void> =>
  new Promise((resolve) => {
    store.onPossibleGap(resolve)
  })
/** For what no event tells. */
const patience = { timeout: 10_000 }
const all = { messages: 1000, bytes: 1_000_000 }
const record: SessionRecord = { sessionId: 's1', keyHash: 'abc', user: 'ann', last: 0, results: {} }
const one = { node: 'one', link: 1 }
const two = { node: 'two', link: 1 }

describe('Redis killed', () => {
  test('every call rejects at once, and works again when it is back, in a new epoch', async () => {
    const redis = await redisOf()
    const store = await storeOn(redis)
    const heard: string[] = []
    let told = deferred()
    await store.follow('s', (_epoch, { data }) => {
      heard.push(data)
      told.resolve()
      told = deferred()
    })
    const before = await store.publish('s', '1')
    await store.addSession(record, one)
    await redis.kill()
    const calls = [
      () => store.publish('s', '2'),
      () => store.read('s', 0, all),
      () => store.follow('t', () => undefined),
      () => store.follow('s', () => undefined), // followed already
      () => store.broadcast('1'),
      () => store.addSession(record, one),
      () => store.recordApplied('s1', one, 1),
      () => store.claimKey('ann', 'k'),
      () => store.listPresence('s'),
    ]
    const start = performance.now()
    for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
    expect(performance.now() - start).toBeLessThan(3000)

    const doubted = doubt(store)
    await redis.start()
    await doubted
    const { top, messages } = await store.read('s', 0, all)
    expect(top.epoch).not.toBe(before.epoch)
    expect({ offset: top.offset, messages }).toEqual({ offset: 0, messages: [] }) // nothing was kept to be sent later
    expect(await store.getSession('s1')).toBeUndefined()
    await store.publish('s', '3')
    while (!heard.includes('3')) await told.promise
    expect(heard).toEqual(['1', '3'])
  })

  test('the answer to a call under way is a rejection, not silence', async () => {
    const redis = await redisOf()
    const store = await storeOn(redis)
    const calls = Array.from({ length: 100 }, (_, i) => store.publish('s', String(i)))
    const gone = redis.kill()
    const results = await Promise.allSettled(calls)
    await gone
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StoreUnavailableError)
  })

  test('a Redis that brings its data back from a disk begins new epochs, too, and forgets sessions but no idempotency key', async () => {
    const redis = await redisOf({ append: true })
    const store = await storeOn(redis)
    const before = await store.publish('s', '1')
    await store.addSession(record, one)
    await store.claimKey('ann', 'k')
    await store.recordKey('ann', 'k', '{"d":1}')
    await redis.kill()
    const doubted = doubt(store)
    await redis.start()
    await doubted
    const { top } = await store.read('s', 0, all)
    expect(top.epoch).not.toBe(before.epoch)
    expect(await store.getSession('s1')).toBeUndefined()
    expect(await store.claimKey('ann', 'k')).toBe('{"d":1}')
  })

  test.each([false, true])(
    'presence of living nodes comes back, but for who left meanwhile (data on disk: %s)',
    async (append) => {
      const redis = await redisOf({ append })
      const [a, b] = [await storeOn(redis), await storeOn(redis)]
      await a.enter('room', { id: 'c1', user: { id: 'ann' } })
      await a.enter('room', { id: 'c2', user: { id: 'bob' } })
      await redis.kill()
      await expect(a.leave('room', 'c2')).rejects.toThrow(StoreUnavailableError)
      await redis.start()
      await expect
        .poll(() => b.listPresence('room').catch(() => 'away'), patience)
        .toEqual([{ id: 'c1', user: { id: 'ann' } }])
    },
  )

  test('a store can be made while Redis is away', async () => {
    const redis = await redisOf()
    await redis.kill()
    const store = redisStore(createClient({ url: redis.url }), { timeout: 200 })
    ends.push(() => store.close())
    await expect(store.ready).rejects.toThrow(StoreUnavailableError)
    await expect(store.publish('s', '1')).rejects.toThrow(StoreUnavailableError)
    await redis.start()
    await expect
      .poll(
        () =>
          store.publish('s', '2').then(
            () => 'there',
            () => 'away',
          ),
        patience,
      )
      .toBe('there')
  })
})

describe('a connection cut', () => {
  test('of the subscriber raises a doubt, and the history has what was missed', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis), await storeOn(redis)]
    const heard: number[] = []
    let told = deferred()
    await b.follow('s', (_epoch, { offset }) => {
      heard.push(offset)
      told.resolve()
      told = deferred()
    })
    await a.publish('s', '1')
    while (heard.length < 1) await told.promise
    const doubted = doubt(b)
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub')
    await a.publish('s', '2')
    await doubted
    expect((await b.read('s', 1, all)).messages).toEqual([{ offset: 2, data: '2' }])
    await a.publish('s', '3')
    while (heard.at(-1) !== 3) await told.promise
  })

  test('of commands loses nothing that was there, in the same epoch', async () => {
    const redis = await redisOf()
    const store = await storeOn(redis)
    const first = await store.publish('s', '1')
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'normal')
    await expect
      .poll(() => store.publish('s', '2', 'k').catch(() => 'away'), patience)
      .toEqual({ epoch: first.epoch, offset: 2 })
  })
})

test('Redis frozen: calls reject in time, and a silent connection is made anew', async () => {
  const redis = await redisOf()
  const dead = deferred()
  let silent = 0
  const store = await storeOn(redis, {
    timeout: 700,
    onError: (error) => {
      if (/socket timeout/i.test(error.message) && ++silent === 2) dead.resolve()
    },
  })
  await store.publish('s', '1')
  redis.freeze()
  await expect(store.publish('s', '2')).rejects.toThrow(/did not answer within 700 ms/)
  await dead.promise // both connections
  const doubted = doubt(store)
  redis.thaw()
  await doubted
  const again = await store.publish('s', '3', 'k')
  expect(await store.publish('s', '3', 'k')).toEqual(again)
})

test('FLUSHALL: streams begin a new epoch, which those who follow hear', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { beat: 50 })
  const heard: string[] = []
  let told = deferred()
  await store.follow('s', (epoch, { offset }) => {
    heard.push(`${epoch} ${offset}`)
    told.resolve()
    told = deferred()
  })
  const before = await store.publish('s', '1')
  await store.enter('room', { id: 'c1', user: { id: 'ann' } })
  await store.addSession(record, one)
  await command(redis, 'FLUSHALL')
  const after = await store.publish('s', '2')
  expect(after.offset).toBe(1)
  expect(after.epoch).not.toBe(before.epoch)
  while (heard.length < 2) await told.promise
  expect(heard).toEqual([`${before.epoch} 1`, `${after.epoch} 1`])
  expect(await store.recordApplied('s1', one, 1)).toBe(false)
  await expect.poll(() => store.listPresence('room'), patience).toEqual([{ id: 'c1', user: { id: 'ann' } }])
})

test('FLUSHALL and then nothing published: the audit raises a doubt', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { audit: 50 })
  await store.follow('s', () => undefined)
  const { top } = await store.read('s', 0, all)
  const doubted = doubt(store)
  await command(redis, 'FLUSHALL')
  await doubted
  expect((await store.read('s', 0, all)).top.epoch).not.toBe(top.epoch)
})

test('a counter that Redis evicted begins a new epoch, without what is left of the old log', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { prefix: 'p:' })
  for (let i = 1; i <= 3; i++) await store.publish('s', String(i))
  const keys = (await command(redis, 'KEYS', 'p:*:meta')) as string[]
  await command(redis, 'DEL', keys[0] ?? '')
  const { top, messages } = await store.read('s', 0, all)
  expect({ offset: top.offset, messages }).toEqual({ offset: 0, messages: [] })
  expect(await store.publish('s', '4')).toEqual({ epoch: top.epoch, offset: 1 })
})

test('a log that has expired leaves the count, and its bytes count no more', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { prefix: 'p:', history: { bytes: 30 } })
  const before = await store.publish('s', '"twenty-five bytes of it"')
  const keys = (await command(redis, 'KEYS', 'p:*:log')) as string[]
  await command(redis, 'DEL', keys[0] ?? '')
  await store.publish('s', '"12345678"')
  expect(await store.publish('s', '"12345678"')).toEqual({ epoch: before.epoch, offset: 3 })
  expect((await store.read('s', 1, all)).messages).toHaveLength(2)
})

test('SCRIPT FLUSH: scripts are sent again', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis)
  await store.publish('s', '1')
  await command(redis, 'SCRIPT', 'FLUSH')
  expect((await store.publish('s', '2')).offset).toBe(2)
})

test('the audit finds a message that pub/sub did not bring', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { audit: 50, prefix: 'p:' })
  await store.follow('s', () => undefined)
  await store.publish('s', '1')
  const keys = (await command(redis, 'KEYS', 'p:*:meta')) as string[]
  const doubted = doubt(store)
  await command(redis, 'HINCRBY', keys[0] ?? '', 'off', '1')
  await doubted
})

test('a stream trimmed by hand is read from where it now begins', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { prefix: 'p:' })
  for (let i = 1; i <= 5; i++) await store.publish('s', String(i))
  const keys = (await command(redis, 'KEYS', 'p:*:log')) as string[]
  await command(redis, 'XTRIM', keys[0] ?? '', 'MAXLEN', '2')
  const { top, messages } = await store.read('s', 1, all)
  expect(top.offset).toBe(5)
  expect(messages.map(({ offset }) => offset)).toEqual([4, 5])
})

test('histories, counters, sessions and keys all expire', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis, { prefix: 'p:', window: 60_000 })
  await store.publish('s', '1', 'k')
  await store.addSession(record, one)
  await store.recordApplied('s1', one, 1, '{"d":1}')
  await store.claimKey('ann', 'k')
  const lives: Record<string, number> = {}
  for (const key of (await command(redis, 'KEYS', 'p:*')) as string[]) {
    lives[key.replace(/^p:[0-9a-f]{12}/, 'p:')] =
      10 * Math.round(((await command(redis, 'PTTL', key)) as number) / 10_000) || 0
  }
  expect(lives).toEqual({
    'p:nodes': 0, // no end: one small set for all nodes, which the living clear up
    'p::{s}:meta': 86_400,
    'p::{s}:log': 120,
    'p:key:1:{s}:k': 300,
    'p::{s1}:session': 60,
    'p::{s1}:results': 60,
    'p:done:3:ann:k': 30,
  })
})

describe('a node', () => {
  test('that dies leaves no presence behind, and the others are told', async () => {
    const redis = await redisOf()
    const a = await storeOn(redis, { beat: 50, dead: 200 })
    const b = await storeOn(redis, { beat: 50, dead: 200 })
    await a.enter('room', { id: 'c1', user: { id: 'ann' } })
    await b.enter('room', { id: 'c2', user: { id: 'bob' } })
    await a.enter('other', { id: 'c1', user: { id: 'ann' } })
    const told: string[] = []
    const both = deferred()
    b.onPresence((stream) => {
      told.push(stream)
      if (told.includes('room') && told.includes('other')) both.resolve()
    })
    told.length = 0
    await a.close() // says nothing to Redis, as a crash
    await both.promise
    expect(await b.listPresence('room')).toEqual([{ id: 'c2', user: { id: 'bob' } }])
    expect(await b.listPresence('other')).toEqual([])
  })

  test('that is gone is not waited for when its session moves', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis), await storeOn(redis)]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    await a.close()
    const start = performance.now()
    expect(await b.takeSession('s1', two)).toEqual(record)
    expect(performance.now() - start).toBeLessThan(1800)
  })

  test('that does not let go keeps its session while it lives, and can record what it has done', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis), await storeOn(redis)]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    await expect(b.takeSession('s1', two)).rejects.toThrow('still busy on another node')
    expect(await a.recordApplied('s1', one, 1)).toBe(true)
  })

  test('that has let go can record nothing afterwards', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis), await storeOn(redis)]
    a.onDetach(async () => undefined)
    await a.addSession(record, one)
    expect(await b.takeSession('s1', two)).toEqual(record)
    expect(await a.recordApplied('s1', one, 1)).toBe(false)
  })

  test('that is stopped, and still connected, is not waited for', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis, { beat: 600_000 }), await storeOn(redis, { beat: 10 })]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    const silence = async (): Promise<number> => {
      const [oldest = ''] = (await command(redis, 'ZRANGE', 'holdfast:nodes', '0', '0')) as string[]
      return Date.now() - Number(await command(redis, 'ZSCORE', 'holdfast:nodes', oldest))
    }
    await expect.poll(silence, patience).toBeGreaterThan(40)
    const start = performance.now()
    expect(await b.takeSession('s1', two)).toEqual(record)
    expect(performance.now() - start).toBeLessThan(1800)
  })

  test('whose subscriber is just reconnecting is asked again', async () => {
    const redis = await redisOf()
    const [a, b] = [await storeOn(redis), await storeOn(redis)]
    a.onDetach(async () => {
      await a.recordApplied('s1', one, 1)
    })
    await a.addSession(record, one)
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub')
    expect(await b.takeSession('s1', two)).toEqual({ ...record, last: 1 })
  })
})

test('a closed store rejects, and closes once', async () => {
  const redis = await redisOf()
  const store = await storeOn(redis)
  await store.close()
  await store.close()
  await expect(store.publish('s', '1')).rejects.toThrow('The store is closed')
  await expect(store.follow('s', () => undefined)).rejects.toThrow(StoreUnavailableError)
})

test('wrong options throw at the call', () => {
  const client = createClient()
  expect(() => redisStore(client, { window: 0 })).toThrow('window: expected a whole number above 0, got 0')
  expect(() => redisStore(client, { history: { messages: 1.5 } })).toThrow('history.messages')
})
