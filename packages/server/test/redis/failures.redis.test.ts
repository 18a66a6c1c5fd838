/** Failures of Redis and of nodes: Redis is killed, restarted, emptied or frozen, or a node dies. Each test starts its own Redis. */
import { createClient } from 'redis'
import { afterEach, describe, expect, test } from 'vitest'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import type { RedisStoreOptions } from '../../src/store/redis/redisStoreOptions.ts'
import { StoreUnavailableError } from '../../src/store/redis/connections/storeUnavailableError.ts'
import type { SessionRecord } from '../../src/store/store.ts'
import { deferred } from '../support/deferred.ts'
import { command } from './commands.ts'
import { type Redis, startRedis } from './startRedis.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

async function openRedis(options?: { append?: boolean }): Promise<Redis> {
  const redis = await startRedis(options)
  cleanups.push(() => redis.end())
  return redis
}

async function openStore(redis: Redis, options: RedisStoreOptions = {}): Promise<RedisStore> {
  const store = redisStore(createClient({ url: redis.url }), options)
  cleanups.push(() => store.close())
  await store.ready
  return store
}

const possibleGap = (store: RedisStore): Promise<void> =>
  new Promise((resolve) => {
    store.onPossibleGap(resolve)
  })
const all = { messages: 1000, bytes: 1_000_000 }
const record: SessionRecord = { sessionId: 's1', keyHash: 'abc', user: 'ann', last: 0, results: {}, takeovers: 0 }
const one = { node: 'one', link: 1 }
const two = { node: 'two', link: 1 }

describe('a killed Redis', () => {
  test('every call rejects at once, and works again after the restart, in a new epoch', async () => {
    const redis = await openRedis()
    const store = await openStore(redis)
    const received: string[] = []
    let changed = deferred()
    await store.follow('s', (_epoch, { data }) => {
      received.push(data)
      changed.resolve()
      changed = deferred()
    })
    const before = await store.publish('s', '1')
    await store.addSession(record, one)
    await redis.kill()
    const calls = [
      () => store.publish('s', '2'),
      () => store.read('s', 0, all),
      () => store.follow('t', () => undefined),
      () => store.follow('s', () => undefined), // a stream with a follower
      () => store.broadcast('1'),
      () => store.addSession(record, one),
      () => store.recordApplied('s1', one, 1),
      () => store.claimKey('ann', 'k'),
      () => store.listPresence('s'),
    ]
    const start = performance.now()
    for (const call of calls) await expect(call()).rejects.toThrow(StoreUnavailableError)
    expect(performance.now() - start).toBeLessThan(3000)

    const gap = possibleGap(store)
    await redis.start()
    await gap
    const { top, messages } = await store.read('s', 0, all)
    expect(top.epoch).not.toBe(before.epoch)
    expect({ offset: top.offset, messages }).toEqual({ offset: 0, messages: [] }) // no call was queued for later
    expect(await store.getSession('s1')).toBeUndefined()
    await store.publish('s', '3')
    while (!received.includes('3')) await changed.promise
    expect(received).toEqual(['1', '3'])
  })

  test('a pending call rejects instead of never settling', async () => {
    const redis = await openRedis()
    const store = await openStore(redis)
    const calls = Array.from({ length: 100 }, (_, i) => store.publish('s', String(i)))
    const killed = redis.kill()
    const results = await Promise.allSettled(calls)
    await killed
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StoreUnavailableError)
  })

  test('a Redis that restores its data from disk starts new epochs and loses sessions, but keeps idempotency keys', async () => {
    const redis = await openRedis({ append: true })
    const store = await openStore(redis)
    const before = await store.publish('s', '1')
    await store.addSession(record, one)
    await store.claimKey('ann', 'k')
    await store.recordKey('ann', 'k', '{"d":1}')
    await redis.kill()
    const gap = possibleGap(store)
    await redis.start()
    await gap
    const { top } = await store.read('s', 0, all)
    expect(top.epoch).not.toBe(before.epoch)
    expect(await store.getSession('s1')).toBeUndefined()
    expect(await store.claimKey('ann', 'k')).toBe('{"d":1}')
  })

  test.each([false, true])(
    'presence of live nodes is restored, without the entries that left meanwhile (data on disk: %s)',
    async (append) => {
      const redis = await openRedis({ append })
      const [a, b] = [await openStore(redis), await openStore(redis)]
      await a.enter('room', { id: 'c1', user: { id: 'ann' } })
      await a.enter('room', { id: 'c2', user: { id: 'bob' } })
      await redis.kill()
      await expect(a.leave('room', 'c2')).rejects.toThrow(StoreUnavailableError)
      await redis.start()
      await expect.poll(() => b.listPresence('room').catch(() => 'away')).toEqual([{ id: 'c1', user: { id: 'ann' } }])
    },
  )

  test('a store that was created while Redis was down connects later', async () => {
    const redis = await openRedis()
    await redis.kill()
    const store = redisStore(createClient({ url: redis.url }), { timeout: 200 })
    cleanups.push(() => store.close())
    await expect(store.ready).rejects.toThrow(StoreUnavailableError)
    await expect(store.publish('s', '1')).rejects.toThrow(StoreUnavailableError)
    await redis.start()
    await expect
      .poll(() =>
        store.publish('s', '2').then(
          () => 'there',
          () => 'away',
        ),
      )
      .toBe('there')
  })
})

describe('a cut connection', () => {
  test('of the subscriber reports a possible gap, and the history has the missed message', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis), await openStore(redis)]
    const received: number[] = []
    let changed = deferred()
    await b.follow('s', (_epoch, { offset }) => {
      received.push(offset)
      changed.resolve()
      changed = deferred()
    })
    await a.publish('s', '1')
    while (received.length < 1) await changed.promise
    const gap = possibleGap(b)
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub')
    await a.publish('s', '2')
    await gap
    expect((await b.read('s', 1, all)).messages).toEqual([{ offset: 2, data: '2' }])
    await a.publish('s', '3')
    while (received.at(-1) !== 3) await changed.promise
  })

  test('of commands loses no stored data and keeps the epoch', async () => {
    const redis = await openRedis()
    const store = await openStore(redis)
    const first = await store.publish('s', '1')
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'normal')
    await expect.poll(() => store.publish('s', '2', 'k').catch(() => 'away')).toEqual({ epoch: first.epoch, offset: 2 })
  })
})

test('while Redis is frozen, calls reject after the timeout, and silent connections are replaced', async () => {
  const redis = await openRedis()
  const bothClosed = deferred()
  let silent = 0
  const store = await openStore(redis, {
    timeout: 1500,
    onError: (error) => {
      if (/socket timeout/i.test(error.message) && ++silent === 2) bothClosed.resolve()
    },
  })
  await store.publish('s', '1')
  redis.freeze()
  await expect(store.publish('s', '2')).rejects.toThrow(/did not answer within 1500 ms/)
  await bothClosed.promise
  const gap = possibleGap(store)
  redis.thaw()
  await gap
  const again = await store.publish('s', '3', 'k')
  expect(await store.publish('s', '3', 'k')).toEqual(again)
})

test('after FLUSHALL, streams start a new epoch, and followers receive it', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { beat: 50 })
  const received: string[] = []
  let changed = deferred()
  await store.follow('s', (epoch, { offset }) => {
    received.push(`${epoch} ${offset}`)
    changed.resolve()
    changed = deferred()
  })
  const before = await store.publish('s', '1')
  await store.enter('room', { id: 'c1', user: { id: 'ann' } })
  await store.addSession(record, one)
  await command(redis, 'FLUSHALL')
  const after = await store.publish('s', '2')
  expect(after.offset).toBe(1)
  expect(after.epoch).not.toBe(before.epoch)
  while (received.length < 2) await changed.promise
  expect(received).toEqual([`${before.epoch} 1`, `${after.epoch} 1`])
  expect(await store.recordApplied('s1', one, 1)).toBe('missing')
  await expect.poll(() => store.listPresence('room')).toEqual([{ id: 'c1', user: { id: 'ann' } }])
})

test('after FLUSHALL, the next heartbeat of a node reports a possible gap, so that it stores its sessions again', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { audit: 600_000, beat: 50 })
  await expect.poll(() => command(redis, 'ZCARD', 'holdfast:nodes')).toBe(1)
  const gap = possibleGap(store)
  await command(redis, 'FLUSHALL')
  await gap
})

test('after FLUSHALL without another publish, the audit reports a possible gap', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { audit: 50 })
  await store.follow('s', () => undefined)
  const { top } = await store.read('s', 0, all)
  const gap = possibleGap(store)
  await command(redis, 'FLUSHALL')
  await gap
  expect((await store.read('s', 0, all)).top.epoch).not.toBe(top.epoch)
})

test('a stream whose counter was evicted starts a new epoch without the old log', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { prefix: 'p:' })
  for (let i = 1; i <= 3; i++) await store.publish('s', String(i))
  const keys = (await command(redis, 'KEYS', 'p:*:meta')) as string[]
  await command(redis, 'DEL', keys[0] ?? '')
  const { top, messages } = await store.read('s', 0, all)
  expect({ offset: top.offset, messages }).toEqual({ offset: 0, messages: [] })
  expect(await store.publish('s', '4')).toEqual({ epoch: top.epoch, offset: 1 })
})

test('a stream whose log has expired keeps its counter, and the expired bytes do not count', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { prefix: 'p:', history: { bytes: 30 } })
  const before = await store.publish('s', '"twenty-five bytes of it"')
  const keys = (await command(redis, 'KEYS', 'p:*:log')) as string[]
  await command(redis, 'DEL', keys[0] ?? '')
  await store.publish('s', '"12345678"')
  expect(await store.publish('s', '"12345678"')).toEqual({ epoch: before.epoch, offset: 3 })
  expect((await store.read('s', 1, all)).messages).toHaveLength(2)
})

test('a publish, also with an idempotency key, is one EVALSHA', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { beat: 600_000 })
  await store.publish('s', '1')
  await command(redis, 'CONFIG', 'RESETSTAT')
  for (let i = 0; i < 10; i++) await store.publish('s', '1', `key ${i}`)
  const stats = String(await command(redis, 'INFO', 'commandstats'))
  const calls = [...stats.matchAll(/cmdstat_(eval\w*|script\S*):calls=(\d+)/g)].map(([, name, count]) => [name, count])
  expect(calls).toEqual([['evalsha', '10']])
})

test('after SCRIPT FLUSH, scripts are sent again', async () => {
  const redis = await openRedis()
  const store = await openStore(redis)
  await store.publish('s', '1')
  await command(redis, 'SCRIPT', 'FLUSH')
  expect((await store.publish('s', '2')).offset).toBe(2)
})

test('the audit finds a message that pub/sub did not deliver', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { audit: 50, prefix: 'p:' })
  await store.follow('s', () => undefined)
  await store.publish('s', '1')
  const keys = (await command(redis, 'KEYS', 'p:*:meta')) as string[]
  const gap = possibleGap(store)
  await command(redis, 'HINCRBY', keys[0] ?? '', 'off', '1')
  await gap
})

test('a stream that was trimmed manually is read from its new first message', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { prefix: 'p:' })
  for (let i = 1; i <= 5; i++) await store.publish('s', String(i))
  const keys = (await command(redis, 'KEYS', 'p:*:log')) as string[]
  await command(redis, 'XTRIM', keys[0] ?? '', 'MAXLEN', '2')
  const { top, messages } = await store.read('s', 1, all)
  expect(top.offset).toBe(5)
  expect(messages.map(({ offset }) => offset)).toEqual([4, 5])
})

test('histories, counters, sessions and keys all expire', async () => {
  const redis = await openRedis()
  const store = await openStore(redis, { prefix: 'p:', window: 60_000 })
  await store.publish('s', '1', 'k')
  await store.addSession(record, one)
  await store.recordApplied('s1', one, 1, '{"d":1}')
  await store.claimKey('ann', 'k')
  await store.recordKey('ann', 'answered', '{"d":1}')
  const expiries: Record<string, number> = {}
  for (const key of (await command(redis, 'KEYS', 'p:*')) as string[]) {
    expiries[key.replace(/^p:[0-9a-f]{12}/, 'p:')] =
      10 * Math.round(((await command(redis, 'PTTL', key)) as number) / 10_000) || 0
  }
  expect(expiries).toEqual({
    'p:nodes': 0, // no expiry: one small set for all nodes, from which live nodes remove dead ones
    'p::{s}:meta': 86_400,
    'p::{s}:log': 120,
    'p:key:1:{s}:k': 300,
    'p::{s1}:session': 60,
    'p::{s1}:results': 60,
    'p:done:3:ann:k': 30,
    'p:done:3:ann:answered': 300,
    'p:used:ann': 330,
  })
})

describe('a node', () => {
  test('that dies leaves no presence, and the others are notified', async () => {
    const redis = await openRedis()
    const a = await openStore(redis, { beat: 100, dead: 1000 })
    const b = await openStore(redis, { beat: 100, dead: 1000 })
    await a.enter('room', { id: 'c1', user: { id: 'ann' } })
    await b.enter('room', { id: 'c2', user: { id: 'bob' } })
    await a.enter('other', { id: 'c1', user: { id: 'ann' } })
    const changedStreams: string[] = []
    const both = deferred()
    b.onPresence((stream) => {
      changedStreams.push(stream)
      if (changedStreams.includes('room') && changedStreams.includes('other')) both.resolve()
    })
    changedStreams.length = 0
    await a.close() // removes no presence, like a crash
    await both.promise
    expect(await b.listPresence('room')).toEqual([{ id: 'c2', user: { id: 'bob' } }])
    expect(await b.listPresence('other')).toEqual([])
  })

  test('that has ended does not delay the move of its session', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis), await openStore(redis)]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    await a.close()
    const start = performance.now()
    expect(await b.takeSession('s1', two)).toEqual({ ...record, takeovers: 1 })
    expect(performance.now() - start).toBeLessThan(1800)
  })

  test('that is alive and does not detach keeps its session, and can record its results', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis), await openStore(redis)]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    await expect(b.takeSession('s1', two)).rejects.toThrow('still busy on another node')
    expect(await a.recordApplied('s1', one, 1)).toBe('recorded')
  })

  test('that has detached cannot record anything afterwards', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis), await openStore(redis)]
    a.onDetach(async () => undefined)
    await a.addSession(record, one)
    expect(await b.takeSession('s1', two)).toEqual({ ...record, takeovers: 1 })
    expect(await a.recordApplied('s1', one, 1)).toBe('replaced')
  })

  test('that is stopped but still connected does not delay the move of its session', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis, { beat: 600_000 }), await openStore(redis, { beat: 10 })]
    a.onDetach(() => new Promise(() => undefined))
    await a.addSession(record, one)
    const silence = async (): Promise<number> => {
      const [oldest = ''] = (await command(redis, 'ZRANGE', 'holdfast:nodes', '0', '0')) as string[]
      return Date.now() - Number(await command(redis, 'ZSCORE', 'holdfast:nodes', oldest))
    }
    await expect.poll(silence).toBeGreaterThan(40)
    const start = performance.now()
    expect(await b.takeSession('s1', two)).toEqual({ ...record, takeovers: 1 })
    expect(performance.now() - start).toBeLessThan(1800)
  })

  test('an owner whose subscriber is reconnecting gets the detach request again', async () => {
    const redis = await openRedis()
    const [a, b] = [await openStore(redis), await openStore(redis)]
    a.onDetach(async () => {
      await a.recordApplied('s1', one, 1)
    })
    await a.addSession(record, one)
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub')
    expect(await b.takeSession('s1', two)).toEqual({ ...record, last: 1, takeovers: 1 })
  })

  test('an owner that cannot subscribe for a while keeps its session while its heartbeat is fresh', async () => {
    const redis = await openRedis()
    await command(redis, 'ACL', 'SETUSER', 'owner', 'on', 'nopass', 'allkeys', 'allchannels', '+@all')
    const a = redisStore(createClient({ url: redis.url, username: 'owner', password: 'any' }))
    cleanups.push(() => a.close())
    await a.ready
    const b = await openStore(redis)
    a.onDetach(async () => {
      await a.recordApplied('s1', one, 1)
    })
    await a.addSession(record, one)
    const published = async (): Promise<number> => {
      const stats = String(await command(redis, 'INFO', 'commandstats'))
      return Number(/cmdstat_publish:calls=(\d+)/.exec(stats)?.[1] ?? 0)
    }
    await command(redis, 'ACL', 'SETUSER', 'owner', '-subscribe')
    await command(redis, 'CLIENT', 'KILL', 'TYPE', 'pubsub', 'USER', 'owner')
    const before = await published()
    let isTaken = false
    const taken = b.takeSession('s1', two).finally(() => (isTaken = true))
    // The first request finds no subscriber. Within 2 s the owner has to receive a repeated one.
    await expect.poll(async () => isTaken || (await published()) > before).toBe(true)
    expect(isTaken).toBe(false)
    await command(redis, 'ACL', 'SETUSER', 'owner', '+subscribe')
    expect(await taken).toEqual({ ...record, last: 1, takeovers: 1 })
  })
})

test('a closed store rejects calls, and a second close does nothing', async () => {
  const redis = await openRedis()
  const store = await openStore(redis)
  await store.close()
  await store.close()
  await expect(store.publish('s', '1')).rejects.toThrow('The store is closed')
  await expect(store.follow('s', () => undefined)).rejects.toThrow(StoreUnavailableError)
})

test('redisStore throws for a wrong option and names it', () => {
  const client = createClient()
  expect(() => redisStore(client, { window: 0 })).toThrow('window: expected a whole number above 0, got 0')
  expect(() => redisStore(client, { history: { messages: 1.5 } })).toThrow('history.messages')
  expect(() => redisStore(client, { windows: 1 } as object)).toThrow('windows: expected the name window, got "windows"')
  expect(() => redisStore(client, { history: { byte: 1 } } as object)).toThrow('history.byte: expected the name bytes')
  expect(() => redisStore(client, { onError: 1 } as never)).toThrow('onError: expected a function, got 1')
})
