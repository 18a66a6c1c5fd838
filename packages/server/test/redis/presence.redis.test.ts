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

test('a burst of joins at two hubs needs one read of the list per interval and hub', async () => {
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
        authenticate: ({ token = '' }) => ({ id: token }),
      })
      await hub.ready
      onTestFinished(async () => {
        await hub.close()
        await store.close()
      })
      return hub
    }),
  )
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
