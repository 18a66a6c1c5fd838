/** Reads which server owns which slot of a cluster. */
import type { RedisClient, RedisCluster } from '../connections/redisClient.ts'
import { within } from '../connections/within.ts'

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
    // All slots are checked before a node is connected: a connection that nothing awaits would reject unhandled.
    const owners = Array.from(probe.slots, (shard, slot) => {
      if (!shard) throw new Error(`Redis Cluster: expected a server for each slot, got none for ${slot}`)
      return shard.master
    })
    const byAddress = new Map(owners.map((master) => [master.address, master]))
    const all = Promise.all(
      [...byAddress].map(async ([address, master]): Promise<Master> => {
        const earlier = known.find((one) => one.address === address)
        // The node is connected only to read its options, which contain its address as seen from here.
        return { address, client: earlier?.client ?? (await probe.nodeClient(master)) }
      }),
    )
    return {
      slots: owners.map(({ address }) => address),
      masters: await within(all, timeout, () => new Error('A server of the cluster did not answer in time')),
    }
  } finally {
    probe.destroy()
  }
}
