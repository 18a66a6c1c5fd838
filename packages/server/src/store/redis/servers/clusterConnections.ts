/**
 * The connections to a Redis Cluster: two to each master, as to a single server. Commands and channels go to the server that owns the
 * slot of their key. The library's own cluster client only reads the slots: it subscribes again without reporting errors or gaps.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { isRedirection } from './commands.ts'
import { duplicate } from '../connections/connection.ts'
import type { Connections, ConnectionsOptions, MessageListener } from '../connections/connections.ts'
import { createStart } from '../connections/createStart.ts'
import type { RedisCluster } from '../connections/redisClient.ts'
import { type ServerConnections, createServerConnections } from './serverConnections.ts'
import { slotOf } from './slot.ts'
import { StoreUnavailableError } from '../connections/storeUnavailableError.ts'
import { type Master, readTopology } from './topology.ts'

interface Shard extends Master {
  connections: ServerConnections
}

/** A listener of a channel, and the server on which it is subscribed. */
interface Subscription {
  channel: string
  listener: MessageListener
  shard: Shard | undefined
  unsubscribe: () => void
}

/** How often a command follows a redirection, and the pause after it while a slot is being moved, in ms. */
const REDIRECTIONS = 6
const PAUSE_MS = 50
/** The longest pause between two reads of the slots while a part of the cluster is unavailable, in ms. */
const REFRESH_MS = 1000

export const createClusterConnections = (cluster: RedisCluster, options: ConnectionsOptions): Connections => {
  const { timeout, onError, onCommands, onPossibleGap, onStateChange } = options
  const shards = new Map<string, Shard>()
  const subscriptions = new Set<Subscription>()
  let slots: readonly string[] = []
  let state: 'starting' | 'up' | 'down' = 'starting'
  let isNewLife = false
  let isGapPossible = false
  let closed = false
  let attempts = 0
  let refreshing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const { started, resolve: resolveStarted } = createStart(timeout)

  // The next heartbeat repeats a report that fails.
  const reportCommands = (isNew: boolean): Promise<void> => onCommands(isNew).catch(() => undefined)
  const isUp = (): boolean =>
    !closed && slots.length > 0 && [...shards.values()].every(({ connections }) => connections.isUp)
  const updateState = (error?: Error): void => {
    if (closed) return
    if (isUp()) {
      attempts = 0
      resolveStarted()
      if (state !== 'up') {
        state = 'up'
        onStateChange(true)
        void reportCommands(isNewLife)
        isNewLife = false
      }
      if (isGapPossible) {
        isGapPossible = false
        onPossibleGap()
      }
    } else if (error) {
      scheduleRefresh()
      if (state === 'down') return
      state = 'down'
      onStateChange(false, error)
    }
  }

  const markPossibleGap = (): void => {
    isGapPossible = true
    updateState()
  }
  const shardOf = (key: string): Shard | undefined => shards.get(slots[slotOf(key)] ?? '')
  const openShard = (master: Master): void => {
    const connections = createServerConnections(async () => duplicate(master.client, timeout), {
      ...options,
      onCommands: async (isNew) => {
        if (!isNew && state === 'starting') return
        isNewLife = isGapPossible = true
      },
      onPossibleGap: markPossibleGap,
      onStateChange: (_, error) => updateState(error),
      onChannelMoved: () => void refresh(),
    })
    shards.set(master.address, { ...master, connections })
  }
  /** Subscribes on the server that owns the slot now. */
  const moveSubscriptions = (): void => {
    for (const subscription of subscriptions) {
      const shard = shardOf(subscription.channel)
      if (!shard || shard === subscription.shard) continue
      isGapPossible ||= subscription.shard !== undefined
      subscription.unsubscribe()
      subscription.shard = shard
      subscription.unsubscribe = shard.connections.keepSubscribed(subscription.channel, subscription.listener)
    }
  }
  /** The slots may have changed since it was subscribed. */
  const add = (subscription: Subscription): (() => void) => {
    subscriptions.add(subscription)
    moveSubscriptions()
    return () => {
      subscriptions.delete(subscription)
      subscription.unsubscribe()
    }
  }
  const readSlots = async (): Promise<void> => {
    try {
      const topology = await readTopology(cluster, [...shards.values()], timeout)
      if (closed) return
      slots = topology.slots
      for (const master of topology.masters) if (!shards.has(master.address)) openShard(master)
      for (const [address, { connections }] of shards) {
        if (topology.masters.some((master) => master.address === address)) continue
        shards.delete(address)
        connections.close()
      }
      moveSubscriptions()
      updateState()
    } catch (error) {
      if (state !== 'down') onError(error as Error)
      updateState(error as Error)
    }
    if (!closed && !isUp()) scheduleRefresh()
  }
  const refresh = (): Promise<void> =>
    (refreshing ??= readSlots().finally(() => {
      refreshing = undefined
    }))
  const scheduleRefresh = (): void => {
    if (timer || closed) return
    const delay = Math.min(PAUSE_MS * 2 ** Math.min(attempts++, 10), REFRESH_MS)
    timer = setTimeout(() => {
      timer = undefined
      if (!isUp()) void refresh()
    }, delay)
  }
  void refresh()

  const shardFor = async (key: string): Promise<Shard> => {
    if (state === 'starting' && !shardOf(key)) await started
    const shard = shardOf(key)
    if (closed || !shard) throw new StoreUnavailableError(closed ? 'The store is closed' : 'No connection to Redis')
    return shard
  }
  /** Repeats an action that the owner of a slot answers with a redirection. */
  const redirected = async <T>(key: string, action: (shard: Shard, isAsked: boolean) => Promise<T>): Promise<T> => {
    let asked: Shard | undefined
    for (let i = 0; i < REDIRECTIONS; i++) {
      const shard = asked ?? (await shardFor(key))
      try {
        return await action(shard, asked !== undefined)
      } catch (error) {
        const redirection = isRedirection(error) ? error : (error as Error).cause
        if (!isRedirection(redirection)) throw error
        const [kind, , address = ''] = redirection.message.split(' ')
        asked = kind === 'ASK' ? shards.get(address) : undefined
        if (kind === 'MOVED') await refresh()
        if (!asked) await sleep(PAUSE_MS)
      }
    }
    throw new StoreUnavailableError('Redis Cluster: the slot is being moved')
  }

  return {
    started,
    get isUp() {
      return isUp()
    },
    slotOf,
    markPossibleGap,
    run: (script, keys, args) =>
      redirected(keys('')[0] ?? '', ({ connections }, isAsked) => connections.run(script, keys, args, isAsked)),
    async subscribe(channel, listener) {
      const subscription = await redirected(channel, async (shard) => {
        const unsubscribe = await shard.connections.subscribe(channel, listener)
        return { channel, listener, shard, unsubscribe }
      })
      return add(subscription)
    },
    keepSubscribed(channel, listener) {
      return add({ channel, listener, shard: undefined, unsubscribe: () => undefined })
    },
    close() {
      closed = true
      clearTimeout(timer)
      resolveStarted()
      for (const { connections } of shards.values()) connections.close()
    },
  }
}
