/** A hub is closed and another one is started on the same port and Redis, while clients have messages in flight. */
import { createClient } from 'redis'
import { afterEach, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { type Hub, createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { createDeliveringClients, eventually, expectDeliveredOnce } from './deliveringClients.ts'
import { type Redis, freePort, startRedis } from './startRedis.ts'

const CLIENTS = 50
// Only a guard against a hang: the tests wait for events.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

const begin = async () => {
  const redis = await startRedis({ append: true })
  cleanups.push(() => redis.end())
  const port = await freePort()
  const applied = new Map<string, number>()
  const errors: string[] = []
  const start = async () => {
    const store = redisStore(createClient({ url: redis.url }), { beat: 100 })
    const hub = createHub({ port, host: '127.0.0.1', store, authenticate: ({ token = '' }) => ({ id: token }) })
    hub.on('error', ({ message }) => errors.push(message))
    hub.on('message', async (message) => {
      applied.set(message as string, (applied.get(message as string) ?? 0) + 1)
      await Promise.resolve()
    })
    await Promise.all([hub.ready, store.ready])
    const close = async (): Promise<void> => {
      await hub.close()
      await store.close()
    }
    cleanups.push(close)
    return { hub, close }
  }
  const first = await start()
  const crowd = createDeliveringClients({ count: CLIENTS, url: () => `ws://127.0.0.1:${port}`, stream: 's' })
  cleanups.push(() => crowd.dispose())
  await crowd.deliverAll()
  return { redis, crowd, applied, errors, start, first }
}

test('a hub that is restarted twice under load applies each message once, and no session ends', async () => {
  const { crowd, applied, errors, start, first } = await begin()
  const sessions = crowd.clients.map((client) => client.sessionId)
  const delivering = crowd.deliverUntilStopped()
  let current = first
  for (let restart = 0; restart < 2; restart++) {
    const settled = crowd.outcomes.size
    await eventually(() => expect(crowd.outcomes.size).toBeGreaterThan(settled + 2 * CLIENTS))
    await current.close()
    current = await start()
  }
  await eventually(() => expect(current.hub.stats().sessions).toBe(CLIENTS))
  crowd.stop()
  await delivering
  expectDeliveredOnce(crowd.outcomes, applied)
  expect([...crowd.outcomes.values()].filter((outcome) => outcome !== 'applied')).toEqual([])
  expect(crowd.clients.map((client) => client.sessionId)).toEqual(sessions)
  expect(errors).toEqual([])
})

test.each<[how: string, stop: (redis: Redis) => unknown, resume: (redis: Redis) => unknown]>([
  ['killed', (redis) => redis.kill(), (redis) => redis.start()],
  ['frozen', (redis) => redis.freeze(), (redis) => redis.thaw()],
])(
  'a hub that is closed while Redis is %s ends in time and reports it, and the clients return',
  async (_, stop, resume) => {
    const { redis, crowd, applied, errors, start, first } = await begin()
    await stop(redis)
    // Applied, but not recorded. A message with a key would not be applied without Redis.
    const during = crowd.clients.map((client, index) => client.deliver(`plain ${index} outage`))
    await eventually(() => expect(applied.size).toBe(3 * CLIENTS))
    await first.close()
    expect(errors).toContainEqual(expect.stringContaining('close: no longer waits after 2000 ms for'))
    await resume(redis)
    const second = await start()
    const settled = await Promise.allSettled(during)
    await eventually(() => expect(second.hub.stats().sessions).toBe(CLIENTS))
    await crowd.deliverAll()
    expectDeliveredOnce(crowd.outcomes, applied)
    // As after a crash, what was applied and not recorded has an unknown outcome, or is applied again.
    for (const [index, { status }] of settled.entries()) {
      const times = applied.get(`plain ${index} outage`) ?? 0
      expect([1, ...(status === 'fulfilled' ? [2] : [])]).toContain(times)
    }
  },
)

test('hubs whose clocks differ by an hour share sessions and idempotency keys', async () => {
  const redis = await startRedis()
  cleanups.push(() => redis.end())
  const applied = new Map<string, number>()
  const hubs: Hub[] = []
  for (const skew of [0, 3_600_000]) {
    const store = redisStore(createClient({ url: redis.url }), { beat: 100 })
    await store.ready
    const clock = { ...systemClock, now: () => Date.now() + skew }
    const hub = createHub({
      port: 0,
      host: '127.0.0.1',
      store,
      clock,
      authenticate: ({ token = '' }) => ({ id: token }),
    })
    hub.on('message', (message) => void applied.set(message as string, (applied.get(message as string) ?? 0) + 1))
    await hub.ready
    cleanups.push(async () => {
      await hub.close()
      await store.close()
    })
    hubs.push(hub)
  }
  let dials = 0
  const crowd = createDeliveringClients({ count: 10, url: () => `ws://127.0.0.1:${hubs[dials++ % 2]!.port}` })
  cleanups.push(() => crowd.dispose())
  await crowd.deliverAll()
  const sessions = crowd.clients.map((client) => client.sessionId)
  for (let move = 0; move < 3; move++) {
    for (const client of crowd.clients) client.reconnect()
    await crowd.deliverAll()
  }
  expectDeliveredOnce(crowd.outcomes, applied)
  expect([...crowd.outcomes.values()].filter((outcome) => outcome !== 'applied')).toEqual([])
  expect(crowd.clients.map((client) => client.sessionId)).toEqual(sessions)
})
