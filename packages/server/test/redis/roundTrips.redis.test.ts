/** A hello with many streams needs a few round trips to Redis, however many streams it has. The tests count round trips, not seconds. */
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createHub } from '../../src/hub.ts'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { openSession } from '../support/dial.ts'
import { command, until } from './commands.ts'
import { type Redis, startRedis } from './startRedis.ts'
import { type Relay, portOf, startRelay } from './startRelay.ts'

let redis: Redis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.end())

/** A hub whose Redis is behind a relay, without heartbeats that could be counted. */
const openHub = async (): Promise<{ url: string; relay: Relay; publish: (stream: string) => Promise<unknown> }> => {
  const relay = await startRelay(portOf(redis.url))
  const store = redisStore(createClient({ url: relay.url }), { beat: 600_000, audit: 600_000, timeout: 60_000 })
  await store.ready
  const hub = createHub({ port: 0, host: '127.0.0.1', store })
  await hub.ready
  onTestFinished(async () => {
    await hub.close()
    await store.close()
    await relay.end()
  })
  return { url: `ws://127.0.0.1:${hub.port}`, relay, publish: (stream) => hub.publish(stream, 1) }
}

const streamsOf = (name: string): string[] => Array.from({ length: 128 }, (_, i) => `${name} ${i}`)

/** The round trips of a new session are counted once: the scripts are known to Redis then. */
describe.each([20, 50])('with %i ms between hub and Redis', (roundTrip) => {
  const countRoundTrips = async (relay: Relay, run: () => Promise<unknown>): Promise<number> => {
    relay.delay = roundTrip / 2
    const before = relay.roundTrips
    await run()
    relay.delay = 0
    return relay.roundTrips - before
  }

  test('a hello that joins 128 new streams needs at most 8 round trips', async () => {
    const { url, relay } = await openHub()
    await openSession(url, { sub: ['a stream'] })
    const streams = streamsOf(`new ${roundTrip}`)
    const trips = await countRoundTrips(relay, async () => {
      const { welcome } = await openSession(url, { sub: streams })
      expect(Object.keys(welcome['streams'] as object)).toEqual(streams)
    })
    expect(trips).toBeLessThanOrEqual(8)
  })

  test('a hello that resumes 128 streams, each with a missed message, needs at most 12 round trips', async () => {
    const { url, relay, publish } = await openHub()
    const streams = streamsOf(`resumed ${roundTrip}`)
    const { welcome, socket } = await openSession(url, { sub: streams })
    socket.terminate()
    await Promise.all(streams.map(publish))
    const pos = Object.fromEntries(streams.map((stream) => [stream, [welcome['streams'][stream][0], 0]]))
    const trips = await countRoundTrips(relay, async () => {
      const again = await openSession(url, { pos })
      const states = Object.values(again.welcome['streams'] as Record<string, unknown[]>).map(([, , state]) => state)
      expect(states).toEqual(streams.map(() => 'resumed'))
      for (const stream of streams) expect(await again.next('msg')).toMatchObject({ s: stream, off: 1, re: 1 })
    })
    expect(trips).toBeLessThanOrEqual(12)
  })
})

test('the presence of 300 members is restored within 40 round trips after Redis has lost it', async () => {
  const relay = await startRelay(portOf(redis.url))
  const store = redisStore(createClient({ url: relay.url }), { beat: 600_000, audit: 600_000, timeout: 60_000 })
  const other = redisStore(createClient({ url: redis.url }))
  onTestFinished(async () => {
    await Promise.all([store.close(), other.close()])
    await relay.end()
  })
  await Promise.all([store.ready, other.ready])
  const ids = Array.from({ length: 300 }, (_, i) => `c${i}`)
  await Promise.all(ids.map((id) => store.enter('room', { id, user: { id } })))
  await command(redis, 'FLUSHALL')
  const before = relay.roundTrips
  // The node notices the loss when it connects again.
  await command(redis, 'CLIENT', 'KILL', 'TYPE', 'normal')
  await until(async () => (await other.listPresence('room')).length === 300)
  expect(relay.roundTrips - before).toBeLessThanOrEqual(40)
})
