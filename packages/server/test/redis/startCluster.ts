/** Starts a Redis Cluster of three masters, and replicas if asked for. */
import { command, until } from './commands.ts'
import { type Redis, type RedisServerOptions, startRedis } from './startRedis.ts'
import { portOf } from './startRelay.ts'

export interface Cluster {
  /** Masters, each with a third of the slots. */
  readonly masters: readonly Redis[]
  /** One for each master, or none. */
  readonly replicas: readonly Redis[]
  /** The addresses for `createCluster`. */
  readonly rootNodes: { url: string }[]
  end(): Promise<void>
}

const SLOTS = 16_384
/** The range of slots of a master. */
export const slotsOf = (master: number): [first: number, last: number] => [
  Math.floor((master * SLOTS) / 3),
  Math.floor(((master + 1) * SLOTS) / 3) - 1,
]

export const startCluster = async (options: RedisServerOptions & { withReplicas?: boolean } = {}): Promise<Cluster> => {
  const { withReplicas = false, ...server } = options
  const servers = await Promise.all(
    Array.from({ length: withReplicas ? 6 : 3 }, () => startRedis({ ...server, cluster: true })),
  )
  const masters = servers.slice(0, 3)
  const replicas = servers.slice(3)
  const [first] = masters as [Redis]
  for (const [index, master] of masters.entries()) {
    await command(master, 'CLUSTER', 'ADDSLOTSRANGE', ...slotsOf(index).map(String))
    await command(master, 'CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))
  }
  for (const redis of servers)
    if (redis !== first) await command(redis, 'CLUSTER', 'MEET', '127.0.0.1', String(portOf(first.url)))
  for (const redis of servers)
    await until(async () =>
      String(await command(redis, 'CLUSTER', 'INFO')).includes(`cluster_known_nodes:${servers.length}`),
    )
  for (const [index, replica] of replicas.entries()) {
    const id = String(await command(masters[index]!, 'CLUSTER', 'MYID'))
    await until(async () => String(await command(replica, 'CLUSTER', 'REPLICATE', id)) === 'OK')
  }
  for (const redis of servers)
    await until(async () => String(await command(redis, 'CLUSTER', 'INFO')).includes('cluster_state:ok'))
  for (const replica of replicas) {
    await until(async () => String(await command(replica, 'INFO', 'replication')).includes('master_link_status:up'))
  }
  // Each server has all slots and replicas, so that the first look-up of a client is complete.
  for (const redis of servers) {
    await until(async () => {
      const shards = (await command(redis, 'CLUSTER', 'SLOTS')) as unknown[][]
      return shards.length === 3 && shards.every((shard) => shard.length === (withReplicas ? 4 : 3))
    })
  }
  return {
    masters,
    replicas,
    rootNodes: masters.map(({ url }) => ({ url })),
    async end() {
      await Promise.all(servers.map((redis) => redis.end()))
    },
  }
}
