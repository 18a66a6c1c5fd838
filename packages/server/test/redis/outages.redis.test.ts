/** Outages as the hub reports them, and failovers behind one address. Each test starts its own servers. */
import { createClient } from 'redis'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { HubNode } from '../../src/hubNode.ts'
import { createNode } from '../../src/node.ts'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import type { RedisStoreOptions } from '../../src/store/redis/redisStoreOptions.ts'
import { deferred } from '../support/deferred.ts'
import { command } from './commands.ts'
import { type Redis, startRedis } from './startRedis.ts'
import { portOf, startRelay } from './startRelay.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

const openRedis = async (options?: Parameters<typeof startRedis>[0]): Promise<Redis> => {
  const redis = await startRedis(options)
  cleanups.push(() => redis.end())
  return redis
}

/** A node with a Redis store. `errors` are those of the node, and `changed` waits for the next change of the store's state. */
const openNode = (url: string, options: RedisStoreOptions & { database?: number } = {}) => {
  const { database, ...storeOptions } = options
  const store: RedisStore = redisStore(createClient({ url, ...(database !== undefined && { database }) }), storeOptions)
  const node: HubNode = createNode({ store })
  const errors: Error[] = []
  let next = deferred()
  const wake = (): void => {
    next.resolve()
    next = deferred()
  }
  node.on('error', (error) => {
    errors.push(error)
    wake()
  })
  store.onStateChange?.(wake)
  cleanups.push(async () => {
    await node.close()
    await store.close()
  })
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await next.promise
  }
  return {
    node,
    store,
    errors,
    isUp: () => until(() => store.up === true),
    isDown: () => until(() => store.up === false && errors.length > 0),
  }
}

test.each([
  [
    'throws',
    () => {
      throw new Error('of onError')
    },
  ],
  // oxlint-disable-next-line typescript/require-await -- it rejects, as a function that logs over the network can
  ['rejects', (async () => Promise.reject(new Error('of onError'))) as () => never],
])('an onError that %s is written to the console, and the store recovers', async (_, onError) => {
  const redis = await openRedis()
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  cleanups.push(async () => logged.mockRestore())
  const { store, isUp, isDown } = openNode(redis.url, { onError })
  await store.ready
  await redis.kill()
  await isDown()
  await redis.start()
  await isUp()
  expect(logged.mock.calls[0]).toEqual([expect.objectContaining({ message: 'of onError' })])
})

describe('an outage of Redis', () => {
  test('is one error of a hub without clients and without onError, and the next outage is another one', async () => {
    const redis = await openRedis()
    const { store, errors, isUp, isDown } = openNode(redis.url)
    await isUp()
    for (const outage of [1, 2]) {
      await redis.kill()
      await isDown()
      expect(store.up).toBe(false)
      await redis.start()
      await isUp()
      expect(errors).toHaveLength(outage)
    }
  })

  test('at the start is one error, and the hub recovers', async () => {
    const redis = await openRedis()
    await redis.kill()
    const { errors, isUp, isDown } = openNode(redis.url)
    await isDown()
    await redis.start()
    await isUp()
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('ECONNREFUSED')])
  })

  test('that began before the hub was created is one error of the hub', async () => {
    const redis = await openRedis()
    await redis.kill()
    const store = redisStore(createClient({ url: redis.url }))
    cleanups.push(() => store.close())
    await new Promise<void>((resolve) => store.onStateChange?.(() => resolve()))
    const node = createNode({ store })
    cleanups.push(() => node.close())
    const error = await new Promise<Error>((resolve) => node.on('error', resolve))
    expect(error.message).toContain('ECONNREFUSED')
  })

  test('is one error, however many calls fail meanwhile', async () => {
    const redis = await openRedis()
    const { node, errors, isUp, isDown } = openNode(redis.url)
    await isUp()
    await redis.kill()
    await isDown()
    for (let i = 0; i < 50; i++) {
      const failure: unknown = await node.publish('s', i).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'StoreUnavailableError' })
      node.report(failure) // as for a listener that publishes
    }
    node.report(new Error('another one'))
    expect(errors).toHaveLength(2)
    expect(node.stats().errors).toBe(2)
  })

  test('that leaves the connections open is reported after the first call without an answer', async () => {
    const redis = await openRedis()
    const { node, errors, isUp, isDown } = openNode(redis.url, { timeout: 1000 })
    await isUp()
    redis.freeze()
    await Promise.all(Array.from({ length: 20 }, (_, i) => node.publish('s', i).catch(node.report)))
    await isDown()
    expect(errors.map(({ message }) => message)).toEqual(['Redis did not answer within 1000 ms'])
    redis.thaw()
    await isUp()
  })
})

describe('a failover behind one address', () => {
  test('to another server: both connections follow, with one error, when the old master becomes a replica', async () => {
    const [a, b] = [await openRedis(), await openRedis()]
    const relay = await startRelay(portOf(a.url))
    cleanups.push(() => relay.end())
    const { node, store, errors, isUp, isDown } = openNode(relay.url)
    await isUp()
    const received: string[] = []
    let arrived = deferred()
    await store.follow('s', (_epoch, { data }) => {
      received.push(data)
      arrived.resolve()
      arrived = deferred()
    })
    await node.publish('s', 'before')
    relay.target = portOf(b.url)
    await command(a, 'REPLICAOF', '127.0.0.1', String(portOf(b.url)))
    await expect(node.publish('s', 'during')).rejects.toMatchObject({ code: 'StoreUnavailableError' })
    await isDown()
    await isUp()
    await node.publish('s', 'after')
    while (!received.includes('"after"')) await arrived.promise
    expect(received).toEqual(['"before"', '"after"'])
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('READONLY')])
    expect(
      String(await command(b, 'CLIENT', 'LIST', 'TYPE', 'pubsub'))
        .trim()
        .split('\n'),
    ).toHaveLength(1)
  })

  test('that is followed by one back to the first server starts new streams and sessions without a cut connection', async () => {
    const [a, b] = [await openRedis(), await openRedis()]
    const { node, store, errors, isUp, isDown } = openNode(a.url, { timeout: 1500 })
    await isUp()
    const before = await node.publish('s', 1)
    const owner = { node: 'one', link: 1 }
    const record = { sessionId: 's1', keyHash: 'h', user: 'ann', last: 0, results: {}, takeovers: 0 }
    await store.addSession(record, owner)
    await command(a, 'REPLICAOF', '127.0.0.1', String(portOf(b.url)))
    await command(a, 'REPLICAOF', 'NO', 'ONE')
    await isDown()
    await isUp()
    expect((await node.publish('s', 2)).epoch).not.toBe(before.epoch)
    expect(await store.getSession('s1')).toBeUndefined()
    expect(errors).toHaveLength(1)
  })

  test('is noticed by the subscriber if only the connection for commands was cut', async () => {
    const [a, b] = [await openRedis(), await openRedis()]
    const relay = await startRelay(portOf(a.url))
    cleanups.push(() => relay.end())
    const { node, store, isUp, isDown } = openNode(relay.url)
    await isUp()
    const received = deferred<string>()
    await store.follow('s', (_epoch, { data }) => received.resolve(data))
    relay.target = portOf(b.url)
    await command(a, 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    await isDown()
    await isUp()
    await expect.poll(() => command(b, 'PUBSUB', 'CHANNELS', '*feed:s')).toEqual(['holdfast:feed:s'])
    await node.publish('s', 'after')
    expect(await received.promise).toBe('"after"')
  })

  test.each(['replica', 'part of a cluster without all slots'])('does not use a %s until it is fit', async (kind) => {
    const isReplica = kind === 'replica'
    const [master, redis] = [await openRedis(), await openRedis(isReplica ? {} : { cluster: true })]
    if (isReplica) await command(redis, 'REPLICAOF', '127.0.0.1', String(portOf(master.url)))
    const { node, errors, isUp, isDown } = openNode(redis.url)
    await isDown()
    expect(errors.map(({ message }) => message)).toEqual([
      isReplica ? 'Redis: expected a master, got a replica' : 'Redis Cluster: expected the state "ok" in CLUSTER INFO',
    ])
    await (isReplica
      ? command(redis, 'REPLICAOF', 'NO', 'ONE')
      : command(redis, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383'))
    await isUp()
    expect((await node.publish('s', 1)).offset).toBe(1)
    expect(errors).toHaveLength(1)
  })

  test('follows when slots of the cluster are gone (CLUSTERDOWN)', async () => {
    const redis = await openRedis({ cluster: true })
    await command(redis, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await expect.poll(() => command(redis, 'CLUSTER', 'INFO')).toContain('cluster_state:ok')
    const { node, errors, isUp, isDown } = openNode(redis.url)
    await isUp()
    await command(redis, 'CLUSTER', 'DELSLOTSRANGE', '0', '16383')
    await expect(node.publish('s', 1)).rejects.toThrow('CLUSTERDOWN')
    await isDown()
    await command(redis, 'CLUSTER', 'ADDSLOTSRANGE', '0', '16383')
    await isUp()
    expect((await node.publish('s', 1)).offset).toBe(1)
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('CLUSTERDOWN')])
  })
})

test('hubs with different database numbers do not receive the messages of each other', async () => {
  const redis = await openRedis()
  const [zero, one, other] = [openNode(redis.url), openNode(`${redis.url}/1`), openNode(redis.url, { database: 1 })]
  await Promise.all([zero, one, other].map(({ isUp }) => isUp()))
  const received: string[] = []
  const done = deferred()
  for (const [name, { store }] of Object.entries({ zero, one, other })) {
    const note = (what: string): void => {
      received.push(`${name} ${what}`)
      if (received.length === 9) done.resolve()
    }
    store.onBroadcast((data) => note(data))
    store.onPresence((stream) => note(stream))
    await store.follow('s', (_epoch, { data }) => note(data))
  }
  for (const [name, { store }] of Object.entries({ zero, one })) {
    await store.broadcast(`broadcast in ${name}`)
    await store.enter(`room in ${name}`, { id: 'c', user: { id: 'ann' } })
    await store.publish('s', `message in ${name}`)
  }
  await done.promise
  expect(received.sort()).toEqual(
    [
      ['zero', 'zero'],
      ['one', 'one'],
      ['other', 'one'],
    ]
      .flatMap(([name, origin]) => ['broadcast', 'room', 'message'].map((what) => `${name} ${what} in ${origin}`))
      .sort(),
  )
})

test('the channels of database 0 have the names of earlier versions', async () => {
  const redis = await openRedis()
  const { store, isUp } = openNode(redis.url)
  await isUp()
  await store.follow('s', () => undefined)
  const channels = (await command(redis, 'PUBSUB', 'CHANNELS')) as string[]
  expect(channels.map((name) => name.replace(/node:.*/, 'node:')).sort()).toEqual([
    'holdfast:broadcast',
    'holdfast:feed:s',
    'holdfast:node:',
    'holdfast:presence',
  ])
})
