/** The bound of the answers that Redis keeps for the idempotency keys of one user. */

import { createClient } from 'redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXPIRED_ANSWER } from '../../src/store/keptAnswers.ts'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import { type Redis, startRedis } from './startRedis.ts'

const KIB = 1024
const reply = (bytes: number): string => `{"d":"${'x'.repeat(bytes - 8)}"}`

let redis: Redis
let store: RedisStore
beforeAll(async () => {
  redis = await startRedis()
  store = redisStore(createClient({ url: redis.url }))
  await store.ready
})
afterAll(async () => {
  await store.close()
  await redis.end()
})

const record = async (user: string, key: string, answer: string): Promise<void> => {
  expect(await store.claimKey(user, key)).toBeUndefined()
  await store.recordKey(user, key, answer)
}

test('at most 4 MiB of answers are kept for a user, and the keys of all later answers stay valid', async () => {
  const long = reply(64 * KIB)
  for (let index = 0; index < 66; index++) await record('ann', `${index}`, long)
  expect(await store.claimKey('ann', '63')).toBe(long)
  expect(await store.claimKey('ann', '64')).toBe(EXPIRED_ANSWER)
  expect(await store.claimKey('ann', '65')).toBe(EXPIRED_ANSWER)

  // Short answers and refusals are always kept, and other users have a bound of their own.
  const refusal = JSON.stringify({ e: { code: 'full', message: 'x'.repeat(500) } })
  await record('ann', 'short', '{"d":1}')
  await record('ann', 'refused', refusal)
  await record('bob', '0', long)
  expect(await store.claimKey('ann', 'short')).toBe('{"d":1}')
  expect(await store.claimKey('ann', 'refused')).toBe(refusal)
  expect(await store.claimKey('bob', '0')).toBe(long)
})

test('the bytes of a user count for 300 s from the first long answer on', async () => {
  const client = createClient({ url: redis.url })
  await client.connect()
  await record('eve', '1', reply(KIB))
  const key = (await client.keys('*answers:eve'))[0]!
  await client.pExpire(key, 200_000)
  await record('eve', '2', reply(KIB))
  expect(await client.hGet(key, 'bytes')).toBe(String(2 * KIB))
  const left = await client.pTTL(key)
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThanOrEqual(200_000)
  await client.close()
})
