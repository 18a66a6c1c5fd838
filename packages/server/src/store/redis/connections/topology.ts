/** Reads which server owns which slot of a cluster. */
import type { RedisClient, RedisCluster } from './redisClient.ts'
import { within } from './within.ts'

/** A master: its address in the cluster, and a client to duplicate. */
export interface Master {
  address: string
  client: RedisClient
}

export interface Topology {
  /** The address of the master, by slot. */
  slots: readonly string[]
  masters: readonly Master[]
}

/** @param known the masters of the earlier topology. They are asked when no root node answers */
export const readTopology = async (
  cluster: RedisCluster,
  known: readonly Master[],
  timeout: number,
): Promise<Topology> => {
  try {
    return await read(cluster, known, {}, timeout)
  } catch (error) {
    if (known.length === 0) throw error
    return read(cluster, known, { rootNodes: known.map(({ client }) => ({ socket: client.options?.socket })) }, timeout)
  }
}

/** Uses a duplicate that is destroyed afterwards, because the library refreshes its slots only after a redirection. */
const read = async (
  cluster: RedisCluster,
  known: readonly Master[],
  overrides: object,
  timeout: number,
): Promise<Topology> => {
  const probe = cluster.duplicate({ ...overrides, minimizeConnections: true })
  let lastError: Error | undefined
  probe.on('error', (error) => {
    lastError = error
  })
  try {
    await within(probe.connect(), timeout, () => new Error('Redis Cluster did not answer in time')).catch((error) => {
      throw lastError ?? error
    })
    const slots: string[] = []
    const clients = new Map<string, Promise<RedisClient>>()
    for (const [slot, shard] of probe.slots.entries()) {
      if (!shard) throw new Error(`Redis Cluster: expected a server for each slot, got none for ${slot}`)
      const { address } = shard.master
      slots.push(address)
      if (clients.has(address)) continue
      const earlier = known.find((master) => master.address === address)
      // The node is connected only to read its options, which contain its address as seen from here.
      clients.set(address, earlier ? Promise.resolve(earlier.client) : Promise.resolve(probe.nodeClient(shard.master)))
    }
    const all = Promise.all([...clients].map(async ([address, client]) => ({ address, client: await client })))
    return {
      slots,
      masters: await within(all, timeout, () => new Error('A server of the cluster did not answer in time')),
    }
  } finally {
    probe.destroy()
  }
}
