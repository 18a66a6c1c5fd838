/** Reads which server a connection has reached, and whether it accepts writes. */
import type { RedisConnection } from './redisClient.ts'
import { StoreUnavailableError } from './storeUnavailableError.ts'

export interface ServerInfo {
  /**
   * Identifies one run of the server process as a master. A restart or a failover changes it, also a failover to a server that was the
   * master before: as a replica it has taken over data of others, and may have lost its own newest writes.
   */
  runId: string
  /** Redis 7 has sharded pub/sub. */
  hasShardedPubSub: boolean
}

/** Rejects for a server that a client must not use: a replica, one that is loading its data, or a part of a cluster that is down. */
export const readServerInfo = async (redis: RedisConnection): Promise<ServerInfo> => {
  const info = String(await redis.sendCommand(['INFO']))
  const field = (name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1]
  const runId = field('run_id')?.slice(0, 12)
  // The replication id of the previous master. A server that has never been a replica has only zeros.
  const previous = field('master_replid2')?.replace(/^0+$/, '').slice(0, 12)
  if (!runId) throw new StoreUnavailableError('Redis: expected a run_id in INFO, which shows restarts, got none')
  if (field('loading') === '1')
    throw new StoreUnavailableError('Redis: expected a server that is ready, got one that is loading its data')
  if (field('role') === 'slave') throw new StoreUnavailableError('Redis: expected a master, got a replica')
  if (
    field('cluster_enabled') === '1' &&
    !String(await redis.sendCommand(['CLUSTER', 'INFO'])).includes('cluster_state:ok')
  ) {
    throw new StoreUnavailableError('Redis Cluster: expected the state "ok" in CLUSTER INFO')
  }
  return {
    runId: `${runId}${previous ? `-${previous}` : ''}`,
    hasShardedPubSub: Number.parseInt(field('redis_version') ?? '', 10) >= 7,
  }
}
