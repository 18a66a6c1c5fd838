/**
 * A store in Redis 6 or later, for many nodes: histories as Redis Streams, live messages over pub/sub, and sessions that move with
 * their client. The keys of one stream, session or user are in one slot of a Redis Cluster.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startAudit } from './audit.ts'
import { databaseOf, isClusterClient, openConnections } from './servers/openConnections.ts'
import type { ConnectionsOptions } from './connections/connections.ts'
import type { AnyRedisClient } from './connections/redisClient.ts'
import { StoreUnavailableError } from './connections/storeUnavailableError.ts'
import { createIdempotencyKeys } from './idempotencyKeys.ts'
import { createChannels, createClusterChannels, createClusterKeys, createKeys } from './keys.ts'
import { emit, listen } from './listeners.ts'
import { type DetachRequest, createNodes } from './nodes.ts'
import { createPresence } from './presence.ts'
import { type RedisStoreOptions, checkOptions } from './redisStoreOptions.ts'
import { publishToChannel } from './scripts/script.ts'
import { createSessions } from './sessions.ts'
import { createStreams } from './streams.ts'
import type { Detach, Store } from '../store.ts'

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
/** How long `close` waits for Redis. */
const CLOSE_MS = 1000

/**
 * Creates a store in Redis. The client of the package `redis` (node-redis 5 or 6) provides address, credentials and TLS options; it is
 * made by `createClient`, `createSentinel` or `createCluster`. The store makes two connections of its own to each master, one for commands
 * and one for subscriptions, and closes them in `close`. The client itself need not be connected and is not used otherwise. The store
 * sets `disableOfflineQueue`, `pingInterval`, `socketTimeout` and `reconnectStrategy` on its connections: while Redis is away every call
 * rejects at once with a `StoreUnavailableError`, and the connections are dialled again.
 *
 * Each publish, read and record is one Lua script, so a crash leaves no half-finished change. Streams and sessions are bound to one run
 * of the Redis server. A restart or a failover may lose the newest writes. Streams then start a new epoch, even if the data was restored
 * from disk, and clients get a `resync` event. The hubs store the sessions of their connected clients again; other sessions have ended.
 * Idempotency keys survive as far as Redis kept them. Choose the policy `noeviction` or give Redis enough memory: evicted data is lost, and
 * clients get a `resync` event.
 *
 * Idempotency keys end only after their 300 s, so that no message is applied twice. The keys of one user and their answers have 8 MiB.
 * Above 4 MiB, a reply is stored as `expired`, and a refusal without its message. Above 8 MiB, messages with a new key are refused.
 *
 * @throws OptionError
 *
 * @example
 * const hub = createHub({ port: 8080, store: redisStore(createClient({ url: 'redis://localhost' })) })
 */
export const redisStore = (client: AnyRedisClient, options: RedisStoreOptions = {}): RedisStore => {
  const { prefix, history, window, timeout, beat, dead, audit } = checkOptions(client, options)
  const { messages, bytes } = history
  const isCluster = isClusterClient(client)
  // Redis connections call it, where an error of the application would end the process.
  const callOnError = async (error: Error): Promise<void> => {
    try {
      await (options.onError?.(error) as unknown)
    } catch (thrown) {
      console.error(thrown)
    }
  }
  const onError = (error: Error): void => void callOnError(error)
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
      connections.markPossibleGap()
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

  let closing: Promise<void> | undefined
  const stopAudit = startAudit(audit, streams.findAndResetBehind, () => emit(gapListeners))

  const close = async (): Promise<void> => {
    stopAudit()
    await Promise.race([nodes.close().catch(() => undefined), sleep(CLOSE_MS, undefined, { ref: false })])
    connections.close()
  }

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
    close: () => (closing ??= close()),
  }
}
