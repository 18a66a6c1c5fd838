/** Failures and changes of a Redis Cluster. */
import { createCluster } from 'redis'
import { afterEach, expect, test } from 'vitest'
import { createNode } from '../../src/node.ts'
import { slotOf } from '../../src/store/redis/servers/slot.ts'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import type { RedisStoreOptions } from '../../src/store/redis/redisStoreOptions.ts'
import type { Store } from '../../src/store/store.ts'
import { deferred } from '../support/deferred.ts'
import { collectUnhandledRejections } from '../support/unhandledRejections.ts'
import { command } from './commands.ts'
import { type Cluster, slotsOf, startCluster } from './startCluster.ts'
import type { Redis } from './startRedis.ts'
import { portOf } from './startRelay.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

const openCluster = async (withReplicas = false): Promise<Cluster> => {
  const cluster = await startCluster({ withReplicas })
  cleanups.push(() => cluster.end())
  return cluster
}

const openStore = async (cluster: Cluster, options: RedisStoreOptions = {}): Promise<RedisStore> => {
  const store = redisStore(createCluster({ rootNodes: cluster.rootNodes }), options)
  cleanups.push(() => store.close())
  await store.ready
  return store
}

/** The name of a stream in the slots of a master. */
const streamOn = (master: number): string => {
  const [first, last] = slotsOf(master)
  for (let i = 0; ; i++) {
    const slot = slotOf(`stream ${i}`)
    if (slot >= first && slot <= last) return `stream ${i}`
  }
}

const follow = async (store: Store, stream: string) => {
  const received: string[] = []
  let arrived = deferred()
  await store.follow(stream, (_epoch, { data }) => {
    received.push(data)
    arrived.resolve()
    arrived = deferred()
  })
  return {
    received,
    until: async (data: string): Promise<void> => {
      while (!received.includes(data)) await arrived.promise
    },
  }
}

const stateOf = (store: RedisStore, up: boolean): Promise<void> =>
  new Promise((resolve) => {
    if (store.up === up) return resolve()
    const remove = store.onStateChange?.((now) => {
      if (now !== up) return
      remove?.()
      resolve()
    })
  })

test.each([
  ['123456789', 12_739],
  ['{user1000}.following', 3443],
  ['foo{{bar}}zap', slotOf('{bar')],
  ['foo{}{bar}', slotOf('foo{}{bar}')],
  ['ü🎣', slotOf('x{ü🎣}')],
])('the slot of %s is the one that Redis computes', (key, slot) => {
  expect(slotOf(key)).toBe(slot)
})

test('messages of streams on all masters use sharded pub/sub, and a broadcast reaches both nodes', async () => {
  const cluster = await openCluster()
  const [a, b] = [await openStore(cluster), await openStore(cluster)]
  for (const master of [0, 1, 2]) {
    const stream = streamOn(master)
    const feed = await follow(b, stream)
    await a.publish(stream, '1')
    await feed.until('1')
    const channels = (await command(cluster.masters[master]!, 'PUBSUB', 'SHARDCHANNELS')) as string[]
    expect(channels).toContain(`holdfast:feed:{${stream}}`)
  }
  const received = deferred<string>()
  b.onBroadcast((data) => received.resolve(data))
  await a.broadcast('"hello"')
  expect(await received.promise).toBe('"hello"')
})

test('after the kill of a master its replica takes over: one error, its streams start a new epoch, others keep theirs', async () => {
  const cluster = await openCluster(true)
  const store = await openStore(cluster)
  const node = createNode({ store })
  cleanups.push(() => node.close())
  const errors: Error[] = []
  node.on('error', (error) => errors.push(error))
  const [lost, kept] = [streamOn(1), streamOn(2)]
  const feed = await follow(store, lost)
  const other = await follow(store, kept)
  const before = { lost: await store.publish(lost, '1'), kept: await store.publish(kept, '1') }
  await store.addSession(
    { sessionId: lost, keyHash: 'abc', user: 'ann', last: 0, results: {}, takeovers: 0 },
    { node: 'one', link: 1 },
  )
  await store.enter(lost, { id: 'c1', user: { id: 'ann' } })
  await cluster.masters[1]!.kill()
  await stateOf(store, false)
  // The other masters are only used again when the cluster is whole, which is the default of Redis.
  await stateOf(store, true)
  const after = await store.publish(lost, '2')
  expect(after.offset).toBe(1)
  expect(after.epoch).not.toBe(before.lost.epoch)
  expect(await store.publish(kept, '2')).toEqual({ epoch: before.kept.epoch, offset: 2 })
  await Promise.all([feed.until('2'), other.until('2')])
  expect(feed.received).toEqual(['1', '2'])
  expect(await store.getSession(lost)).toBeUndefined()
  await expect.poll(() => store.listPresence(lost)).toEqual([{ id: 'c1', user: { id: 'ann' } }])
  expect(errors).toHaveLength(1)
})

test('the move of a slot to another master starts a new epoch of its streams, and followers stay subscribed', async () => {
  const cluster = await openCluster()
  const [a, b] = [await openStore(cluster), await openStore(cluster)]
  const stream = streamOn(0)
  const slot = String(slotOf(stream))
  const feed = await follow(b, stream)
  const before = await a.publish(stream, '1')
  const [from, to] = cluster.masters as [Cluster['masters'][0], Cluster['masters'][0]]
  const [fromId, toId] = await Promise.all(
    [from, to].map(async (redis) => String(await command(redis, 'CLUSTER', 'MYID'))),
  )
  await command(to, 'CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId!)
  await command(from, 'CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId!)
  expect(await a.publish(stream, '2')).toEqual({ epoch: before.epoch, offset: 2 }) // its keys have not moved yet
  const keys = (await command(from, 'CLUSTER', 'GETKEYSINSLOT', slot, '100')) as string[]
  await command(from, 'MIGRATE', '127.0.0.1', String(portOf(to.url)), '', '0', '5000', 'KEYS', ...keys)
  const gap = new Promise<void>((resolve) => b.onPossibleGap(resolve))
  for (const redis of [to, from]) await command(redis, 'CLUSTER', 'SETSLOT', slot, 'NODE', toId!)
  await gap
  const after = await a.publish(stream, '3')
  expect(after.offset).toBe(1)
  expect(after.epoch).not.toBe(before.epoch)
  await feed.until('3')
  expect(feed.received).toEqual(['1', '2', '3'])
})

test('the presence of a dead node is removed, although its entries are on all masters', async () => {
  const cluster = await openCluster()
  const options = { beat: 100, dead: 1000 }
  const [a, b] = [await openStore(cluster, options), await openStore(cluster, options)]
  const streams = [0, 1, 2].map(streamOn)
  for (const stream of streams) await a.enter(stream, { id: 'c1', user: { id: 'ann' } })
  await b.enter(streams[0]!, { id: 'c2', user: { id: 'bob' } })
  await a.close() // sends nothing to Redis, like a crash
  await expect
    .poll(() => Promise.all(streams.map((stream) => b.listPresence(stream))))
    .toEqual([[{ id: 'c2', user: { id: 'bob' } }], [], []])
})

test('a cluster without a slot and a master is reported, causes no unhandled rejection, and is used when it is complete', async () => {
  const unhandled = collectUnhandledRejections()
  const { masters } = await openCluster()
  const [first, , last] = masters as [Redis, Redis, Redis]
  await first.kill()
  await command(last, 'CLUSTER', 'DELSLOTS', '16383')
  const reported = deferred<string>()
  const store = redisStore(createCluster({ rootNodes: [{ url: last.url }] }), {
    onError: ({ message }) => reported.resolve(message),
  })
  cleanups.push(() => store.close())
  expect(await reported.promise).toBe('Redis Cluster: expected a server for each slot, got none for 16383')
  await first.start()
  await command(last, 'CLUSTER', 'ADDSLOTS', '16383')
  await stateOf(store, true)
  expect(await store.publish(streamOn(0), '1')).toMatchObject({ offset: 1 })
  expect(unhandled).toEqual([])
})

test('a prefix with braces is refused, because they would select the slot', () => {
  const client = createCluster({ rootNodes: [] })
  expect(() => redisStore(client, { prefix: '{app}:' })).toThrow('prefix: expected a text without braces')
})
