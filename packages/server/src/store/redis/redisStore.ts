/**
 * A store in Redis 6 or later, for many nodes: histories as Redis Streams, live messages over pub/sub, sessions that move with
 * their client. Not for Redis Cluster.
 */
import { randomUUID } from 'node:crypto'
import { check } from '../../errors.ts'
import { startAudit } from './audit.ts'
import { createCommands } from './commands.ts'
import { type Question, createNodes } from './nodes.ts'
import { createPresence } from './presence.ts'
import type { RedisClient } from './redisClient.ts'
import { broadcast } from './script.ts'
import { claimKey, recordKey } from './sessionScripts.ts'
import { createSessions } from './sessions.ts'
import { createStreams } from './streams.ts'
import { createSubscriptions } from './subscriptions.ts'
import type { Detach, Store } from '../store.ts'

/** Options of `redisStore`. Times are in ms. */
export interface RedisStoreOptions {
  /** Begins every key and channel. @default 'holdfast:' */
  prefix?: string
  /** How much of each stream is kept. @default { messages: 300, bytes: 1_048_576 } */
  history?: { messages?: number; bytes?: number }
  /** How long a session is kept after it was last seen; histories are kept twice as long. @default 120_000 */
  window?: number
  /** How long Redis may take to answer. A connection that is silent for twice as long is given up and made anew. @default 5000 */
  timeout?: number
  /** How often this node says that it lives. @default 5000 */
  beat?: number
  /** After how long without a beat a node is dead, and its presence vanishes. @default 60_000 */
  dead?: number
  /** How often it is checked that everything published was heard. @default 40_000 */
  audit?: number
  /** Told of errors of the connections. Calls that fail for it reject as well, so nothing is hidden where this is left out. */
  onError?: (error: Error) => void
}

/** A `Store` with a word on when Redis was first reached. */
export interface RedisStore extends Store {
  /** Resolves when the first connection stands; rejects when that takes longer than `timeout`. The store goes on trying. */
  readonly ready: Promise<void>
}

const DAY = 86_400_000
const RESERVED = 30_000
const REMEMBERED = 300_000
const ANSWER = 2000
const RESULTS = 128

/**
 * Makes a store in Redis out of a client of the package `redis` (node-redis 5 or 6), which gives its address, credentials and TLS: the
 * store duplicates it twice, once for commands and once for subscriptions, and ends both in `close`. The client itself need not be
 * connected and is left alone. The store sets `disableOfflineQueue`, `pingInterval`, `socketTimeout` and `reconnectStrategy` on its own
 * connections: while Redis is away every call rejects at once as `StoreUnavailableError`, and the connections come back by themselves.
 *
 * One Lua script each publishes, reads and records, so that a crash leaves no half. What Redis keeps is bound to the life of its
 * process: after a restart or a failover, which may have forgotten the newest writes, streams begin a new epoch and sessions are gone, even
 * where the data came back from a disk; clients are told so by `resync`. Idempotency keys are kept across it as far as Redis kept them.
 * Choose `noeviction`, or give Redis room: what it evicts is gone, and told to clients likewise.
 *
 * @example
 * const hub = createHub({ port: 8080, store: redisStore(createClient({ url: 'redis://localhost' })) })
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RedisStore {
  const { prefix = 'holdfast:', window = 120_000, timeout = 5000, beat = 5000, dead = 60_000, audit = 40_000 } = options
  const { messages = 300, bytes = 1_048_576 } = options.history ?? {}
  check(
    'client',
    client,
    typeof client?.duplicate === 'function',
    "a client of the package 'redis', as createClient() gives it",
  )
  const times = { window, timeout, beat, dead, audit, 'history.messages': messages, 'history.bytes': bytes }
  for (const [name, value] of Object.entries(times))
    check(name, value, Number.isInteger(value) && value > 0, 'a whole number above 0')
  const onError = (error: Error): void => options.onError?.(error)
  const detaches = new Set<Detach>()
  const doubts = new Set<() => void>()
  const broadcasts = new Set<(data: string) => void>()
  const presences = new Set<(stream: string) => void>()
  const tellAll = <A extends unknown[]>(listeners: Set<(...args: A) => void>, ...args: A): void => {
    for (const listener of [...listeners]) listener(...args)
  }
  const listen = <L>(listeners: Set<L>, listener: L): (() => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }

  let inDoubt = false
  /** Told when both connections stand: whoever is told will want to read. */
  const tellDoubt = (): void => {
    if (!inDoubt || !commands.up) return
    inDoubt = false
    tellAll(doubts)
  }
  const commands = createCommands(client, {
    timeout,
    onError,
    onUp() {
      tellDoubt()
      nodes.beat().then(presence.mend).catch(onError)
    },
  })
  const subscriptions = createSubscriptions(client, {
    timeout,
    onError,
    onBack() {
      inDoubt = true
      tellDoubt()
    },
  })

  const detach = async ({ sid, link, node }: Question): Promise<void> => {
    await Promise.all([...detaches].map((one) => one(sid, link, node)))
  }
  const post = async (channel: string, message: string): Promise<number> =>
    Number(await commands.run(broadcast, () => [], [channel, message]))

  const nodes = createNodes(commands, subscriptions, {
    prefix,
    beatMs: beat,
    deadMs: dead,
    answerMs: ANSWER,
    onError,
    answer: detach,
    onForgotten: () => presence.again(),
    post,
  })
  const presence = createPresence(commands, prefix, nodes.id)
  const streams = createStreams(commands, subscriptions, {
    prefix,
    history: { messages, bytes, ms: 2 * window },
    counterMs: DAY,
    newEpoch: randomUUID,
  })
  const sessions = createSessions(commands, {
    prefix,
    windowMs: window,
    results: RESULTS,
    nodes,
    detach: (sid, link, node = '') => detach({ sid, link, node }),
  })
  const keyOf = (user: string, key: string) => (): string[] => [`${prefix}done:${user.length}:${user}:${key}`]

  subscriptions.keep(`${prefix}broadcast`, (data) => tellAll(broadcasts, data))
  subscriptions.keep(`${prefix}presence`, (stream) => tellAll(presences, stream))

  let closed = false
  const stopAudit = startAudit(audit, streams.behind, () => tellAll(doubts))

  const ready = commands.started.then(() => subscriptions.started)
  ready.catch(() => undefined) // told to whoever asks

  return {
    ready,
    kept: { ms: window, messages, bytes },
    publish: streams.publish,
    follow: streams.follow,
    read: streams.read,
    ...sessions,
    enter: presence.enter,
    leave: presence.leave,
    present: presence.present,
    async broadcast(data) {
      await post(`${prefix}broadcast`, data)
    },
    async claimKey(user, key) {
      const found = (await commands.run(claimKey, keyOf(user, key), [RESERVED])) as string
      if (found === '') return undefined
      return found === 'p' ? 'pending' : found.slice(1)
    },
    async recordKey(user, key, result) {
      await commands.run(recordKey, keyOf(user, key), result === undefined ? [] : [REMEMBERED, result])
    },
    onBroadcast: (listener) => listen(broadcasts, listener),
    onDetach: (listener) => listen(detaches, listener),
    onPresence: (listener) => listen(presences, listener),
    onDoubt: (listener) => listen(doubts, listener),
    async close() {
      if (closed) return
      closed = true
      stopAudit()
      nodes.close()
      commands.close()
      subscriptions.close()
    },
  }
}
