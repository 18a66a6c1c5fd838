/** What presence costs with Redis: hubs read a list once per interval, however many clients join. */
import { createClient } from 'redis'
import { expect, onTestFinished, test } from 'vitest'
import { createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { openSession } from '../support/dial.ts'
import type { Frame } from '../support/scriptedSocket.ts'
import { command } from './commands.ts'
import { startRedis } from './startRedis.ts'

/** The time between two reads of a list, in ms. */
const INTERVAL = 500
const CLIENTS = 100

/** Starts two hubs on one Redis, whose users are what their tokens say: `id:info`. */
const startHubs = async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.end())
  const hubs = await Promise.all(
    [1, 2].map(async () => {
      const store = redisStore(createClient({ url: redis.url }), { beat: 600_000, audit: 600_000 })
      await store.ready
      const hub = createHub({
        port: 0,
        host: '127.0.0.1',
        store,
        presence: true,
        authenticate: ({ token = '' }) => {
          const [id = '', info] = token.split(':')
          return { id, info }
        },
      })
      await hub.ready
      onTestFinished(async () => {
        await hub.close()
        await store.close()
      })
      return hub
    }),
  )
  return { redis, hubs, urls: hubs.map(({ port }) => `ws://127.0.0.1:${port}`) }
}

test('a burst of joins at two hubs needs one read of the list per interval and hub', async () => {
  const { redis, hubs } = await startHubs()
  const start = performance.now()
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, i) =>
      openSession(`ws://127.0.0.1:${hubs[i % 2]!.port}`, { token: `u${i}`, sub: ['room'] }),
    ),
  )
  for (const client of clients) {
    const known = new Set<string>()
    while (known.size < CLIENTS) {
      const { all = [], in: joined = [] } = await client.next('pres')
      for (const { id } of [...(all as Frame[]), ...(joined as Frame[])]) known.add(id as string)
    }
  }
  const elapsed = performance.now() - start
  const statistics = String(await command(redis, 'INFO', 'commandstats'))
  const reads = Number(/cmdstat_hgetall:calls=(\d+)/.exec(statistics)?.[1])
  expect(reads).toBeGreaterThanOrEqual(hubs.length)
  expect(reads).toBeLessThanOrEqual(hubs.length * (elapsed / INTERVAL + 2))
})

test('a fresh token with another info reaches the members at another hub, and nothing leaves', async () => {
  const { hubs, urls } = await startHubs()
  const watcher = await openSession(urls[0]!, { token: 'bob:here', sub: ['room'] })
  await watcher.next('pres')
  const client = await openSession(urls[1]!, { token: 'ann:here', sub: ['room'] })
  expect(await watcher.next('pres')).toEqual({ t: 'pres', s: 'room', in: [{ id: 'ann', info: 'here' }] })
  client.send({ t: 'auth', token: 'ann:away' })
  expect(await watcher.next('pres')).toEqual({ t: 'pres', s: 'room', in: [{ id: 'ann', info: 'away' }] })
  const members = await hubs[0]!.presence('room')
  expect(members).toHaveLength(2)
  expect(members).toContainEqual({ id: 'ann', info: 'away' })
})

test('a user with two connections is listed with the info of the newest token', async () => {
  const { hubs, urls } = await startHubs()
  const watcher = await openSession(urls[0]!, { token: 'bob:here', sub: ['room'] })
  await watcher.next('pres')
  const first = await openSession(urls[0]!, { token: 'ann:one', sub: ['room'] })
  await first.next('pres')
  const second = await openSession(urls[1]!, { token: 'ann:two', sub: ['room'] })
  await second.next('pres')
  first.send({ t: 'auth', token: 'ann:three' })
  await expect.poll(() => hubs[1]!.presence('room')).toContainEqual({ id: 'ann', info: 'three' })
})
