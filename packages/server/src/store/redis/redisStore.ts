/**
 * A store in Redis 6 or later, for many nodes: histories as Redis Streams, live messages over pub/sub, and sessions that move with
 * their client. Redis Cluster is not supported.
 */
import { randomUUID } from 'node:crypto'
import { check } from '../../errors.ts'
import { startAudit } from './audit.ts'
import { databaseOf, isClusterClient, openConnections } from './connections/openConnections.ts'
import type { ConnectionsOptions } from './connections/connections.ts'
import type { AnyRedisClient } from './connections/redisClient.ts'
import { StoreUnavailableError } from './connections/storeUnavailableError.ts'
import { createIdempotencyKeys } from './idempotencyKeys.ts'
import { createChannels, createClusterChannels, createClusterKeys, createKeys } from './keys.ts'
import { type DetachRequest, createNodes } from './nodes.ts'
import { createPresence } from './presence.ts'
import { publishToChannel } from './scripts/script.ts'
import { createSessions } from './sessions.ts'
import { createStreams } from './streams.ts'
import type { Detach, Store } from '../store.ts'

/** Options of `redisStore`. Times are in ms. */
export interface RedisStoreOptions {
  /** Prefix of all keys and channels. @default 'holdfast:' */
  prefix?: string
  /** How much of each stream is kept. @default { messages: 300, bytes: 1_048_576 } */
  history?: { messages?: number; bytes?: number }
  /** How long a session is kept after its last use. Histories are kept twice as long. @default 120_000 */
  window?: number
  /** How long Redis may take to answer. A connection that is silent for twice as long is closed and replaced. @default 5000 */
  timeout?: number
  /** Interval of this node's heartbeats in Redis. @default 5000 */
  beat?: number
  /** A node without a heartbeat for this long is dead, and its presence is removed. @default 60_000 */
  dead?: number
  /** Interval of the check that pub/sub has delivered every published message. @default 40_000 */
  audit?: number
  /** Receives errors of the connections. A call that fails because of one rejects as well, so this option only adds information. */
  onError?: (error: Error) => void
}

/** A `Store` with a promise for the first connection. */
export interface RedisStore extends Store {
  /** Resolves when the first connections are ready. Rejects if that takes longer than `timeout`; the store then keeps trying. */
  readonly ready: Promise<void>
}

type StateListener = (up: boolean, error?: Error) => void

/** How long a stream's counter is kept after its last use. */
const COUNTER_MS = 86_400_000
/** How long another node may take to answer. */
const ANSWER_MS = 2000

/**
 * Creates a store in Redis. The client of the package `redis` (node-redis 5 or 6) provides address, credentials and TLS options. The
 * store duplicates it twice, once for commands and once for subscriptions, and closes both in `close`. The client itself need not be
 * connected and is not used otherwise. The store sets `disableOfflineQueue`, `pingInterval`, `socketTimeout` and `reconnectStrategy` on
 * its own connections: while Redis is away every call rejects at once with a `StoreUnavailableError`, and the connections reconnect.
 *
 * Each publish, read and record is one Lua script, so a crash leaves no half-finished change. Streams and sessions are bound to one run
 * of the Redis server. A restart or a failover may lose the newest writes. Streams then start a new epoch, even if the data was restored
 * from disk, and clients get a `resync` event. The hubs store the sessions of their connected clients again; other sessions have ended. Idempotency keys survive as far as Redis kept them. Choose the policy
 * `noeviction` or give Redis enough memory: evicted data is lost, and clients get a `resync` event.
 *
 * @throws OptionError
 *
 * @example
 * const hub = createHub({ port: 8080, store: redisStore(createClient({ url: 'redis://localhost' })) })
 */
export const redisStore = (client: AnyRedisClient, options: RedisStoreOptions = {}): RedisStore => {
  const { prefix = 'holdfast:', window = 120_000, timeout = 5000, beat = 5000, dead = 60_000, audit = 40_000 } = options
  const { messages = 300, bytes = 1_048_576 } = options.history ?? {}
  check(
    'client',
    client,
    typeof client?.duplicate === 'function',
    "a client of the package 'redis', as createClient(), createSentinel() or createCluster() returns it",
  )
  const isCluster = isClusterClient(client)
  check(
    'prefix',
    prefix,
    !isCluster || !/[{}]/.test(prefix),
    'a text without braces, which select the slot in a cluster',
  )
  const numbers = { window, timeout, beat, dead, audit, 'history.messages': messages, 'history.bytes': bytes }
  for (const [name, value] of Object.entries(numbers))
    check(name, value, Number.isInteger(value) && value > 0, 'a whole number above 0')
  const onError = (error: Error): void => options.onError?.(error)
  const reportUnlessUnavailable = (error: Error): void => {
    // The connection has reported that already.
    if (!(error instanceof StoreUnavailableError)) onError(error)
  }
  const keys = isCluster ? createClusterKeys(prefix) : createKeys(prefix)
  const channels = isCluster ? createClusterChannels(prefix) : createChannels(prefix, databaseOf(client))
  const publishCommand = isCluster ? 'SPUBLISH' : 'PUBLISH'
  const detachListeners = new Set<Detach>()
  const gapListeners = new Set<() => void>()
  const broadcastListeners = new Set<(data: string) => void>()
  const presenceListeners = new Set<(stream: string) => void>()
  const emit = <A extends unknown[]>(listeners: Set<(...args: A) => void>, ...args: A): void => {
    for (const listener of [...listeners]) listener(...args)
  }
  const listen = <L>(listeners: Set<L>, listener: L): (() => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  const stateListeners = new Set<StateListener>()
  /** The first error of the outage, while there is one. */
  let outage: Error | undefined
  const connectionsOptions: ConnectionsOptions = {
    timeout,
    // Any server may publish presence, so that channel cannot be bound to one slot.
    isSharded: (channel) => isCluster && channel !== channels.presence,
    onError,
    async onCommands(isNewLife) {
      await nodes.heartbeat()
      const repair = async (): Promise<void> => {
        if (isNewLife) await presence.restore()
        await presence.retryRemovals()
      }
      repair().catch(reportUnlessUnavailable)
    },
    onPossibleGap: () => emit(gapListeners),
    onStateChange(up, error) {
      outage = error
      emit(stateListeners, up, error)
    },
  }
  const connections = openConnections(client, connectionsOptions)

  const detach = async ({ sessionId, link, node }: DetachRequest): Promise<void> => {
    await Promise.all([...detachListeners].map((listener) => listener(sessionId, link, node)))
  }
  const publish = async (channel: string, message: string): Promise<number> =>
    Number(await connections.run(publishToChannel, () => [channel], [publishCommand, message]))

  const nodes = createNodes(connections, connections, {
    keys,
    channels,
    heartbeatMs: beat,
    deadMs: dead,
    answerMs: ANSWER_MS,
    onError: reportUnlessUnavailable,
    onDetachRequest: detach,
    async onRegistered() {
      await presence.restore()
      // After FLUSHALL, streams and sessions are lost as well.
      emit(gapListeners)
    },
    publish,
  })
  const presence = createPresence(connections, { keys, channels, node: nodes.id })
  const streams = createStreams(connections, connections, {
    keys,
    channels,
    publishCommand,
    history: { messages, bytes, ms: 2 * window },
    counterMs: COUNTER_MS,
    newEpoch: randomUUID,
  })
  const sessions = createSessions(connections, {
    keys,
    windowMs: window,
    nodes,
    detach: (sessionId, link, node = '') => detach({ sessionId, link, node }),
  })

  connections.keepSubscribed(channels.broadcast, (data) => emit(broadcastListeners, data))
  connections.keepSubscribed(channels.presence, (stream) => emit(presenceListeners, stream))

  let closed = false
  const stopAudit = startAudit(audit, streams.findAndResetBehind, () => emit(gapListeners))

  return {
    ready: connections.started,
    get up() {
      return connections.isUp
    },
    onStateChange(listener) {
      // A microtask later, so that the listeners of a hub that is just being created receive the error.
      queueMicrotask(() => {
        if (outage && stateListeners.has(listener)) listener(false, outage)
      })
      return listen(stateListeners, listener)
    },
    kept: { ms: window, messages, bytes },
    publish: streams.publish,
    follow: streams.follow,
    read: streams.read,
    ...sessions,
    ...createIdempotencyKeys(connections, keys),
    enter: presence.enter,
    leave: presence.leave,
    listPresence: presence.listPresence,
    async broadcast(data) {
      await publish(channels.broadcast, data)
    },
    onBroadcast: (listener) => listen(broadcastListeners, listener),
    onDetach: (listener) => listen(detachListeners, listener),
    onPresence: (listener) => listen(presenceListeners, listener),
    onPossibleGap: (listener) => listen(gapListeners, listener),
    async close() {
      if (closed) return
      closed = true
      stopAudit()
      nodes.close()
      connections.close()
    },
  }
}
