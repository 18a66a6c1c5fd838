/** The memory that the idempotency keys of one user need in Redis. `storeContract.ts` has the tests of the bound itself. */

import { createClient } from 'redis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type RedisStore, redisStore } from '../../src/store/redis/redisStore.ts'
import { command } from './commands.ts'
import { type Redis, startRedis } from './startRedis.ts'

const MIB = 1024 * 1024
const UUID = '-0000-4000-8000-000000000000'
/** Each control character needs six bytes in JSON. */
const LONGEST_REFUSAL = JSON.stringify({ e: { code: '\u0001'.repeat(512), message: '\u0001'.repeat(512) } })

let redis: Redis
let store: RedisStore
beforeAll(async () => {
  redis = await startRedis()
  store = redisStore(createClient({ url: redis.url }), { timeout: 60_000 })
  await store.ready
})
afterAll(async () => {
  await store.close()
  await redis.end()
})
beforeEach(async () => {
  await command(redis, 'FLUSHALL')
})

const namesOf = async (pattern: string): Promise<string[]> => (await command(redis, 'KEYS', pattern)) as string[]
const info = async (section: string, field: RegExp): Promise<number> =>
  Number(field.exec((await command(redis, 'INFO', section)) as string)?.[1] ?? 0)
const usedMemory = (): Promise<number> => info('memory', /used_memory:(\d+)/)

describe.each([
  ['UUIDs without answers', 'ann', (index: number) => `${index}`.padStart(8, '0') + UUID, ''],
  ['the longest keys and refusals', 'ann', (index: number) => `${index}`.padEnd(256, 'k'), LONGEST_REFUSAL],
  [
    'the longest user id',
    'u'.repeat(256),
    (index: number) => `${index}`.padEnd(256, 'k'),
    `{"d":"${'x'.repeat(240)}"}`,
  ],
  ['long replies', 'ann', String, `{"d":"${'x'.repeat(60_000)}"}`],
])('the idempotency keys of one user with %s', (_, user, keyOf, answer) => {
  test('need at most 9 MiB of Redis, and the first one stays valid', async () => {
    const before = await usedMemory()
    let count = 0
    while ((await store.claimKey(user, 'next')) !== 'full') {
      expect((await usedMemory()) - before).toBeLessThan(9 * MIB)
      await store.recordKey(user, 'next', undefined)
      await Promise.all(Array.from({ length: 100 }, () => store.recordKey(user, keyOf(count++), answer)))
    }
    // The estimate of the store is not much higher than the truth.
    expect((await usedMemory()) - before).toBeGreaterThan(6 * MIB)
    expect(await store.claimKey(user, keyOf(0))).not.toBe('full')
    expect(await namesOf('*:done:*')).toHaveLength(count)
  }, 120_000)
})

describe('the bytes of a user', () => {
  const name = 'holdfast:used:ann'
  /** Claims while the user has 8 MiB that were written so many slices of 30 s ago. */
  const claimAfter = async (slices: number): Promise<string | undefined> => {
    const now = async (): Promise<number> => Math.floor(Number(((await command(redis, 'TIME')) as string[])[0]) / 30)
    for (;;) {
      const slice = await now()
      await command(redis, 'FLUSHALL')
      await command(redis, 'HSET', name, `${slice - slices}`, `${8 * MIB}`)
      const claimed = await store.claimKey('ann', 'k')
      if ((await now()) === slice) return claimed
    }
  }

  test('count for at least 300 s', async () => {
    expect(await claimAfter(0)).toBe('full')
    expect(await claimAfter(10)).toBe('full')
    expect(await claimAfter(11)).toBeUndefined()
  })

  test('are removed after that, when the next record is written', async () => {
    await claimAfter(11)
    expect(await command(redis, 'HLEN', name)).toBe(1)
    await store.recordKey('ann', 'k', '{"d":1}')
    const left = (await command(redis, 'HVALS', name)) as string[]
    expect(left).toEqual([String('holdfast:done:3:ann:k'.length + 160 + '{"d":1}'.length)])
  })

  test('expire after the last record', async () => {
    await store.recordKey('ann', 'k', '')
    await command(redis, 'PEXPIRE', name, '1000')
    await store.recordKey('ann', 'l', '')
    const left = (await command(redis, 'PTTL', name)) as number
    expect(left).toBeGreaterThan(300_000)
    expect(left).toBeLessThanOrEqual(330_000)
  })

  test('are not counted for a reservation that is released', async () => {
    await store.claimKey('ann', 'k')
    await store.recordKey('ann', 'k', undefined)
    expect(await namesOf('*')).not.toContain(name)
  })
})

test('a delivery with a key needs two scripts: one before it is handled, and one for its answer of any length', async () => {
  const calls = (): Promise<number> => info('commandstats', /cmdstat_evalsha:calls=(\d+)/)
  const quiet = redisStore(createClient({ url: redis.url }), { beat: 600_000, audit: 600_000 })
  await quiet.ready
  const before = await calls()
  for (const answer of ['', '{"d":1}', `{"d":"${'x'.repeat(60_000)}"}`]) {
    await quiet.claimKey('ann', `${answer.length}`)
    await quiet.recordKey('ann', `${answer.length}`, answer)
  }
  expect((await calls()) - before).toBe(6)
  await quiet.close()
})

describe('a key of more than 22 bytes', () => {
  test('is stored as a digest, and no other key of any user has its name', async () => {
    const longest = 'k'.repeat(256)
    await store.recordKey('ann', longest, '{"d":1}')
    const [name] = await namesOf('*:done:*')
    const digest = name!.replace('holdfast:done:3:ann', '')
    expect(digest).toMatch(/^#[\w-]{22}$/)
    for (const key of [digest, digest.slice(1), `${digest}:`]) expect(await store.claimKey('ann', key)).toBeUndefined()
    for (const user of [`ann${digest}`, 'an', 'ann:']) expect(await store.claimKey(user, longest)).toBeUndefined()
    expect(await store.claimKey('ann', longest)).toBe('{"d":1}')
  })

  test('differs from one of 22 bytes, which is stored as it is', async () => {
    await store.recordKey('ann', 'k'.repeat(22), '')
    await store.recordKey('ann', 'k'.repeat(23), '')
    await store.recordKey('ann', 'ä'.repeat(12), '')
    const names = await namesOf('*:done:*')
    expect(names).toContain(`holdfast:done:3:ann:${'k'.repeat(22)}`)
    expect(names.filter((each) => /^holdfast:done:3:ann#[\w-]{22}$/.test(each))).toHaveLength(2)
  })
})
