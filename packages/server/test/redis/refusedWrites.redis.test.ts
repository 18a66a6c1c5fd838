/** Redis answers, but accepts no writes for a while: its memory is full, its disk fails, or its replicas are away. */
import { rm } from 'node:fs/promises'
import { createClient, createCluster } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { command } from './commands.ts'
import { createDeliveringClients, eventually, expectDeliveredOnce } from './deliveringClients.ts'
import { startCluster } from './startCluster.ts'
import { type Redis, startRedis } from './startRedis.ts'

const CLIENTS = 20
// Only a guard against a hang: the tests wait for events.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

const configure = (redis: Redis, name: string, value: string): Promise<unknown> =>
  command(redis, 'CONFIG', 'SET', name, value)

/** Redis refuses writes after a snapshot has failed. */
const breakDisk = async (redis: Redis): Promise<void> => {
  const folder = Object.values((await command(redis, 'CONFIG', 'GET', 'dir')) as object).at(-1) as string
  await rm(folder, { recursive: true })
  await configure(redis, 'save', '1000 1000')
  await command(redis, 'BGSAVE')
  await expect.poll(() => command(redis, 'INFO', 'persistence')).toContain('rdb_last_bgsave_status:err')
}

test.each<[code: string, stop: (redis: Redis) => Promise<unknown>, resume: (redis: Redis) => Promise<unknown>]>([
  ['OOM', (redis) => configure(redis, 'maxmemory', '1'), (redis) => configure(redis, 'maxmemory', '0')],
  [
    'NOREPLICAS',
    (redis) => configure(redis, 'min-replicas-to-write', '1'),
    (redis) => configure(redis, 'min-replicas-to-write', '0'),
  ],
  ['MISCONF', breakDisk, (redis) => configure(redis, 'save', '')],
])(
  '%s is one outage: it is reported once, and afterwards all messages are applied once',
  async (code, stop, resume) => {
    const redis = await startRedis()
    cleanups.push(() => redis.end())
    const store = redisStore(createClient({ url: redis.url }), { beat: 50 })
    await store.ready
    const hub = createHub({ port: 0, host: '127.0.0.1', store, authenticate: ({ token = '' }) => ({ id: token }) })
    const errors: string[] = []
    hub.on('error', ({ message }) => errors.push(message))
    const applied = new Map<string, number>()
    hub.on('message', (message) => void applied.set(message as string, (applied.get(message as string) ?? 0) + 1))
    await hub.ready
    cleanups.push(async () => {
      await hub.close()
      await store.close()
    })
    const crowd = createDeliveringClients({ count: CLIENTS, url: () => `ws://127.0.0.1:${hub.port}`, stream: 's' })
    cleanups.push(() => crowd.dispose())
    await crowd.deliverAll()

    await stop(redis)
    // The heartbeat of the node notices it, without any client.
    await eventually(() => expect(store.up).toBe(false))
    expect(hub.health()).toMatchObject({ ready: false })
    const during = crowd.deliverAll()
    for (const client of crowd.clients.slice(0, CLIENTS / 2)) client.reconnect()
    await expect(hub.publish('s', 1)).rejects.toMatchObject({ code: 'StoreUnavailableError' })
    // Reads succeed meanwhile, and do not end the outage.
    await store.getSession('none')
    await eventually(() => expect(hub.stats().closes['1011'] ?? 0).toBeGreaterThan(0))
    expect(store.up).toBe(false)
    expect(errors).toEqual([expect.stringContaining(code)])

    await resume(redis)
    await eventually(() => expect(store.up).toBe(true))
    await during
    await crowd.deliverAll()
    expectDeliveredOnce(crowd.outcomes, applied)
    await hub.publish('s', 1)
    await eventually(() => expect(crowd.received.map(({ top }) => top)).toEqual(crowd.clients.map(() => 1)))
    expect(errors).toEqual([expect.stringContaining(code)])
    expect(hub.health()).toMatchObject({ ready: true })
  },
)

test('a script that is refused, and then succeeds because it only reads, does not end the outage', async () => {
  const redis = await startRedis()
  cleanups.push(() => redis.end())
  const store = redisStore(createClient({ url: redis.url }), { beat: 600_000, timeout: 60_000 })
  cleanups.push(() => store.close())
  const states: boolean[] = []
  store.onStateChange?.((up) => states.push(up))
  await store.ready
  await store.recordKey('ann', 'answered', '{"d":1}')
  await configure(redis, 'maxmemory', '1')
  await expect(store.claimKey('ann', 'new')).rejects.toThrow('OOM')
  expect(await store.claimKey('ann', 'answered')).toBe('{"d":1}')
  await expect(store.claimKey('ann', 'new')).rejects.toThrow('OOM')
  expect(states).toEqual([true, false])
})

test('a server that has refused one write is used again without another call', async () => {
  const redis = await startRedis()
  cleanups.push(() => redis.end())
  const store = redisStore(createClient({ url: redis.url }), { beat: 500 })
  cleanups.push(() => store.close())
  await store.ready
  await configure(redis, 'maxmemory', '1')
  await expect(store.publish('s', '1')).rejects.toThrow('OOM')
  expect(store.up).toBe(false)
  await configure(redis, 'maxmemory', '0')
  await eventually(() => expect(store.up).toBe(true))
})

test('the masters of a cluster that have refused writes are used again without another call', async () => {
  const { masters, rootNodes, end } = await startCluster()
  cleanups.push(end)
  const store = redisStore(createCluster({ rootNodes }), { timeout: 2000 })
  cleanups.push(() => store.close())
  await eventually(() => expect(store.up).toBe(true)) // `ready` may reject on a slow machine
  for (const master of masters) await configure(master, 'maxmemory', '1')
  // Streams in the slots of each master.
  for (let index = 0; index < 20; index++) await expect(store.publish(`s${index}`, '1')).rejects.toThrow('OOM')
  expect(store.up).toBe(false)
  for (const master of masters) await configure(master, 'maxmemory', '0')
  await eventually(() => expect(store.up).toBe(true))
  for (let index = 0; index < 20; index++) await store.publish(`s${index}`, '1')
})
