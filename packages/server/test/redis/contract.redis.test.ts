/** The store contract on a real Redis, with two stores that act as two nodes. */
import { createClient } from 'redis'
import { afterAll, beforeAll } from 'vitest'
import { redisStore } from '../../src/store/redis/redisStore.ts'
import { storeContract } from '../support/storeContract.ts'
import { type Redis, startRedis } from './startRedis.ts'

let redis: Redis
let runs = 0
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.end())

// The two versions of the Redis protocol: 3 is the default of node-redis 6, and 2 of node-redis 5.
for (const RESP of [2, 3] as const) {
  storeContract(`redisStore, RESP ${RESP}`, async (history) => {
    const prefix = `run${++runs}:`
    const [a, b] = [1, 2].map(() =>
      redisStore(createClient({ url: redis.url, RESP }), { prefix, ...(history ? { history } : {}) }),
    )
    if (!a || !b) throw new Error('expected two stores')
    await Promise.all([a.ready, b.ready])
    return {
      a,
      b,
      end: async () => {
        await Promise.all([a.close(), b.close()])
      },
    }
  })
}
