/** Dials the master that Redis Sentinel names. Each dial asks again, so the connections follow a failover. */
import { type Dial, duplicate } from './connection.ts'
import type { RedisSentinel } from './redisClient.ts'
import { within } from './within.ts'

export const dialMaster =
  (sentinel: RedisSentinel, timeout: number): Dial =>
  async () => {
    // The library would try again itself, and delay commands meanwhile.
    const probe = sentinel.duplicate({ maxCommandRediscovers: 0, replicaPoolSize: 0, scanInterval: 0 })
    probe.on('error', () => undefined) // `connect` rejects as well
    const find = async () => {
      await probe.connect()
      return probe._execute(false, async (client) => duplicate(client, timeout))
    }
    try {
      return await within(find(), 2 * timeout, () => new Error('Redis Sentinel did not name a master in time'))
    } finally {
      probe.destroy().catch(() => undefined)
    }
  }
