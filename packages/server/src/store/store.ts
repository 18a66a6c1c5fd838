/**
 * The interface of a store: histories, sessions and presence, and the channel between nodes. `memoryStore` keeps them in the process,
 * `redisStore` in Redis for many nodes. A method that fails rejects. If it changed something nevertheless, listeners were notified of it.
 */

import { checkMethods } from '../errors.ts'

/** A position in a stream. `offset` 0 is before the first message. */
export interface Position {
  /** Random text that identifies one life of the counter. Never empty. */
  epoch: string
  offset: number
}

export interface StoredMessage {
  offset: number
  /** JSON text. */
  data: string
}

/** The messages of a stream after a position, read in one step. */
export interface History {
  /** The newest position. */
  top: Position
  /** Oldest first. The list starts later than requested if older messages were trimmed, and ends early at the limits. */
  messages: readonly StoredMessage[]
}

/** Receives the messages of a stream. Must not throw. Messages may arrive twice or, over pub/sub, get lost: compare positions. */
export type Feed = (epoch: string, message: StoredMessage) => void

/** The part of a session that outlives a connection and moves with the client from node to node. */
export interface SessionRecord {
  sessionId: string
  /** SHA-256 of the session key, as hex. The key itself is not stored. */
  keyHash: string
  /** The id of the user who started the session. */
  user: string
  /** The last `seq` that was applied. */
  last: number
  /** The newest 128 answers by `seq`, at most 256 KiB, as JSON text of `{d}` or `{e}`. */
  results: Readonly<Record<string, string>>
  /** How often a link has taken the session over. Of two records of a session, the one with more is newer. */
  takeovers: number
}

/**
 * The result of a write by a link to its session. `'replaced'`: another link owns the session. `'missing'`: the store has no such
 * session, because it has expired, has ended, or was lost.
 */
export type SessionWrite = 'recorded' | 'replaced' | 'missing'

/** The connection that owns a session: the node, and the number of the link on that node. */
export interface Owner {
  node: string
  link: number
}

/**
 * Called when a link has lost its session to a newer one. Resolves after the handlers of the link have ended and their results are
 * recorded. Several nodes of one process may share a store, so `node` names the node of the link. The other nodes ignore the call.
 */
export type Detach = (sessionId: string, link: number, node?: string) => Promise<void>

/** How long and how much a store keeps. Clients receive these values in `welcome`. */
export interface HistoryLimits {
  /** How long a session is kept after its last use, in ms. */
  ms: number
  /** Messages per stream. */
  messages: number
  /** Bytes per stream. */
  bytes: number
}

/** One connection of a user in a stream. */
export interface PresenceEntry {
  /** The id of the connection. */
  id: string
  user: { id: string; info?: unknown }
}

/** What a store can remove before its time, when its limits are exceeded: an idempotency key, a session, a stream without followers. */
export type Evicted = 'key' | 'session' | 'stream'

export interface Store {
  /** The limits that `welcome` announces. @default 120 s, 300 messages, 1 MiB */
  readonly kept?: HistoryLimits
  /**
   * Appends to a stream and passes the message to all followers on every node, in one order. If the key was used in this stream
   * within the last 300 s, nothing is appended and the earlier position is returned.
   */
  publish(stream: string, data: string, key?: string): Promise<Position>
  /** Resolves once every later message reaches the feed. Returns a function that removes the feed. */
  follow(stream: string, feed: Feed): Promise<() => void>
  /** Reads at most `limit` messages after `offset`. */
  read(stream: string, offset: number, limit: { messages: number; bytes: number }): Promise<History>

  /** Sends to all nodes, at most once. */
  broadcast(data: string): Promise<void>
  onBroadcast(listener: (data: string) => void): () => void

  /**
   * Stores a session with its owner: a new one, or one that the store has lost. It expires when it was not used for the time in
   * `kept.ms`. If there is a record already, it is replaced only if it has another owner and fewer takeovers. Resolves to whether the
   * link owns the session now.
   */
  addSession(record: SessionRecord, owner: Owner): Promise<'recorded' | 'replaced'>
  /** Returns the record of a session that has not expired. Changes nothing. */
  getSession(sessionId: string): Promise<SessionRecord | undefined>
  /**
   * Makes a link the owner. The previous owner is detached first, on any node, and the call waits for it. A node that does not answer
   * for 2 s counts as dead. Returns the record after that, with one more takeover, or undefined if the session has ended meanwhile. May
   * reject if the previous owner does not finish.
   */
  takeSession(sessionId: string, owner: Owner): Promise<SessionRecord | undefined>
  /** Registers a listener for the links of this hub that `takeSession` detaches, on this node or another. */
  onDetach(detach: Detach): () => void
  /** Records `seq` as applied, with the answer if there is one and the bounds allow it. Changes nothing unless the link owns the session. */
  recordApplied(sessionId: string, owner: Owner, seq: number, result?: string): Promise<SessionWrite>
  /** Restarts the expiry of a session, if the link still owns it. */
  touchSession(sessionId: string, owner: Owner): Promise<SessionWrite>
  /** As `touchSession`, when the link has closed. Only a session without an open link may be removed because there are too many. */
  releaseSession(sessionId: string, owner: Owner): Promise<SessionWrite>
  /** Ends a session, if the link still owns it. */
  endSession(sessionId: string, owner: Owner): Promise<void>

  /**
   * Returns the record of an idempotency key of a user: the answer (`''` for none), or `'pending'` while another call holds the
   * reservation. Without a record, reserves the key for `recordKey` for at most 30 s and returns undefined, or returns `'full'` if the
   * records of the user have reached their bound.
   */
  claimKey(user: string, key: string): Promise<string | undefined>
  /** Keeps an answer for 300 s, shortened if the bound of the user requires it. `undefined` releases the reservation. */
  recordKey(user: string, key: string, result: string | undefined): Promise<void>

  /** Adds a presence entry. The entries of a dead node disappear within 60 s. */
  enter(stream: string, entry: PresenceEntry): Promise<void>
  /** Removes a presence entry. */
  leave(stream: string, id: string): Promise<void>
  listPresence(stream: string): Promise<readonly PresenceEntry[]>
  /** Registers a listener for streams whose presence may have changed, on any node. */
  onPresence(listener: (stream: string) => void): () => void

  /**
   * Registers a listener for times when messages may have been missed, or records may have been lost, such as a lost connection to the
   * store. Compare positions and touch sessions then.
   */
  onPossibleGap(listener: () => void): () => void
  /** Whether the store can be used now. Missing for a store that is always available. */
  readonly up?: boolean
  /**
   * Registers a listener for changes of `up`, with the first error of an outage. It is called once for each change, when the first
   * connection fails, and soon after it was added during an outage.
   */
  onStateChange?(listener: (up: boolean, error?: Error) => void): () => void
  /** Registers a listener for entries that are removed before their time. A store without such limits has no such method. */
  onEvict?(listener: (kind: Evicted) => void): () => void
  /** Ends the feeds, timers and connections of the store. */
  close(): Promise<void>
}

/** The functions of a store. True: each store has it. */
const METHODS = {
  publish: true,
  follow: true,
  read: true,
  broadcast: true,
  onBroadcast: true,
  addSession: true,
  getSession: true,
  takeSession: true,
  onDetach: true,
  recordApplied: true,
  touchSession: true,
  releaseSession: true,
  endSession: true,
  claimKey: true,
  recordKey: true,
  enter: true,
  leave: true,
  listPresence: true,
  onPresence: true,
  onPossibleGap: true,
  onStateChange: false,
  onEvict: false,
  close: true,
} satisfies Record<Exclude<keyof Store, 'kept' | 'up'>, boolean>

/** @throws OptionError */
export const checkStore = (store: unknown): void => {
  const names = Object.keys(METHODS) as (keyof typeof METHODS)[]
  const required = names.filter((name) => METHODS[name])
  checkMethods('store', store, required, names)
}
