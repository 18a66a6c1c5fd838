/** Redis loses its data while 200 real clients are connected and deliver: it is restarted empty, emptied, or away longer than the window. */
import { createClient } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { type Hub, createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import type { RedisStoreOptions } from '../../src/store/redis/redisStoreOptions.ts'
import { createDeliveringClients, expectDeliveredOnce } from './deliveringClients.ts'
import { type Redis, startRedis } from './startRedis.ts'

const CLIENTS = 200
// Only a guard against a hang: the tests wait for events.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

/** A hub on a Redis of its own, and clients that have each delivered one message. */
const begin = async (options: RedisStoreOptions = {}) => {
  const redis = await startRedis()
  cleanups.push(() => redis.end())
  const store = redisStore(createClient({ url: redis.url }), { beat: 100, ...options })
  await store.ready
  const hub = createHub({ port: 0, host: '127.0.0.1', store, authenticate: ({ token = '' }) => ({ id: token }) })
  hub.on('error', () => undefined) // the store is unavailable for a while
  let failedRecords = 0
  const { recordApplied } = store
  store.recordApplied = (...given) =>
    recordApplied(...given).catch((error: unknown) => {
      failedRecords++
      throw error
    })
  cleanups.push(async () => {
    await hub.close()
    await store.close()
  })
  const applied = new Map<string, number>()
  hub.on('message', (message) => void applied.set(message as string, (applied.get(message as string) ?? 0) + 1))
  await hub.ready
  const crowd = createDeliveringClients({ count: CLIENTS, url: () => `ws://127.0.0.1:${hub.port}` })
  cleanups.push(() => crowd.dispose())
  const { clients, outcomes, deliverAll } = crowd
  await deliverAll()
  return { redis, hub, clients, applied, outcomes, deliverAll, failedRecords: () => failedRecords }
}

/** Messages with a key are applied once, others once or with an unknown outcome. All clients are connected. */
const expectPromises = ({ hub, clients, applied, outcomes }: Awaited<ReturnType<typeof begin>>): void => {
  expect(clients.map((client) => client.get().status)).toEqual(clients.map(() => 'open'))
  expect(hub.stats()).toMatchObject({ sessions: CLIENTS })
  expectDeliveredOnce(outcomes, applied)
}

const command = async (redis: Redis, ...args: string[]): Promise<void> => {
  const client = createClient({ url: redis.url })
  await client.connect()
  await client.sendCommand(args)
  client.destroy()
}

/** Resolves when the hub has stored the sessions of all clients again, or has given new ones to clients that had to return. */
const allBack = (hub: Hub): Promise<void> =>
  vi.waitFor(() => expect(hub.stats().sessions).toBe(CLIENTS), { interval: 20, timeout: 60_000 })

test('FLUSHALL under 200 clients: no connection ends, no session is lost, and all messages are applied once', async () => {
  const world = await begin()
  const { redis, hub, clients, outcomes, deliverAll } = world
  const sessions = clients.map((client) => client.sessionId)
  const during = deliverAll()
  await command(redis, 'FLUSHALL')
  await during
  await deliverAll()
  // Also sessions that deliver nothing are stored again.
  const restored = vi.waitFor(() => expect(hub.stats().restored).toBeGreaterThanOrEqual(2 * CLIENTS), {
    interval: 20,
    timeout: 60_000,
  })
  await command(redis, 'FLUSHALL')
  await restored
  for (const client of clients) client.reconnect()
  await deliverAll()
  expectPromises(world)
  expect([...outcomes.values()].filter((outcome) => outcome !== 'applied')).toEqual([])
  expect(clients.map((client) => client.sessionId)).toEqual(sessions)
  expect(hub.stats()).toMatchObject({ resumes: CLIENTS })
})

test('Redis restarted without data under 200 clients: all return, and messages with a key are applied once', async () => {
  const world = await begin()
  const { redis, hub, deliverAll } = world
  const before = deliverAll()
  await redis.kill()
  const during = deliverAll()
  await redis.start()
  await before
  await during
  await allBack(hub)
  await deliverAll()
  expectPromises(world)
})

test('Redis restarted without data under 200 clients that deliver nothing: no connection ends', async () => {
  const world = await begin()
  const { redis, hub, clients, deliverAll } = world
  const sessions = clients.map((client) => client.sessionId)
  await redis.kill()
  await redis.start()
  await vi.waitFor(() => expect(hub.stats().restored).toBe(CLIENTS), { interval: 20, timeout: 60_000 })
  await deliverAll()
  expectPromises(world)
  expect(clients.map((client) => client.sessionId)).toEqual(sessions)
  expect(hub.stats()).toMatchObject({ accepted: CLIENTS })
})

test('Redis away for longer than the window: messages without a key wait at their connections and are applied once', async () => {
  // Long enough that no session expires while its link stores it again on a slow machine.
  const window = 2000
  const world = await begin({ window })
  const { redis, hub, clients, applied, outcomes } = world
  await redis.kill()
  const sessions = clients.map((client) => client.sessionId)
  const delivered = clients.map(async (client, index) => {
    await client.deliver(`plain ${index} outage`)
    outcomes.set(`plain ${index} outage`, 'applied')
  })
  await vi.waitFor(() => expect(applied.size).toBe(3 * CLIENTS), { interval: 20, timeout: 60_000 })
  // The hub tries again to record each message, the sixth time after 3.1 s.
  await vi.waitFor(() => expect(world.failedRecords()).toBeGreaterThanOrEqual(6 * CLIENTS), {
    interval: 20,
    timeout: 60_000,
  })
  await redis.start()
  await Promise.all(delivered)
  await world.deliverAll()
  expectPromises(world)
  expect(clients.map((client) => client.sessionId)).toEqual(sessions)
  expect(hub.stats()).toMatchObject({ accepted: CLIENTS })
})
