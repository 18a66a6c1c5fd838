/** Opens the connections that fit the kind of the given client. */
import { createClusterConnections } from './clusterConnections.ts'
import { duplicate } from './connection.ts'
import type { Connections, ConnectionsOptions } from './connections.ts'
import type { AnyRedisClient, RedisCluster, RedisSentinel } from './redisClient.ts'
import { dialMaster } from './sentinel.ts'
import { createServerConnections } from './serverConnections.ts'

export const isClusterClient = (client: AnyRedisClient): client is RedisCluster => 'slots' in client
const isSentinelClient = (client: AnyRedisClient): client is RedisSentinel => 'getMasterNode' in client

/** The number of the database. A cluster has only one, and a client of Sentinel does not show it. */
export const databaseOf = (client: AnyRedisClient): number | undefined =>
  isClusterClient(client) || isSentinelClient(client) ? undefined : client.options?.database

export const openConnections = (client: AnyRedisClient, options: ConnectionsOptions): Connections => {
  if (isClusterClient(client)) return createClusterConnections(client, options)
  const { timeout } = options
  const dial = isSentinelClient(client) ? dialMaster(client, timeout) : async () => duplicate(client, timeout)
  return createServerConnections(dial, options)
}
