/**
 * What a hub keeps outside its connections: histories, sessions, presence, and the way to other nodes. `memoryStore` keeps it in the
 * process, `redisStore` in Redis, for many nodes. A method that fails rejects, and has then changed nothing that it did not announce.
 */

/** Where a stream is: its life and its count. `offset` 0 is before the first message. */
export interface Position {
  /** Random text for one life of the counter; never empty. */
  epoch: string
  offset: number
}

export interface StoredMessage {
  offset: number
  /** JSON text. */
  data: string
}

/** A stream after a position, read in one step. */
export interface History {
  /** The newest position. */
  top: Position
  /** Oldest first. They may begin later than asked, where the rest is trimmed, and are cut short at the limits. */
  messages: readonly StoredMessage[]
}

/** Hears a stream. Must not throw. Messages may be doubled or, over pub/sub, missing: whoever listens compares positions. */
export type Feed = (epoch: string, message: StoredMessage) => void

/** What is kept of a session between links, and moves with it from node to node. */
export interface SessionRecord {
  sid: string
  /** SHA-256 of the key, hex. The key itself is not kept. */
  keyHash: string
  /** The id of the user who began it. */
  user: string
  /** The last `seq` that was applied. */
  last: number
  /** Answers by `seq`, as JSON text of `{d}` or `{e}`; the newest 128. */
  results: Readonly<Record<string, string>>
}

/** The link that a session belongs to: of a node, the n-th. */
export interface Owner {
  node: string
  link: number
}

/**
 * Told that a link of this node has lost its session to a newer one. Resolves when its handlers have ended and are recorded.
 * A store that several nodes of one process share names the node, too: the others have nothing to do.
 */
export type Detach = (sid: string, link: number, node?: string) => Promise<void>

/** For how long and how much a store keeps; told to clients in `welcome`. */
export interface Kept {
  /** Of a session that is not touched, in ms. */
  ms: number
  /** Messages per stream. */
  messages: number
  /** Bytes per stream. */
  bytes: number
}

/** One connection of a user in a stream. */
export interface PresenceEntry {
  /** Of the connection. */
  id: string
  user: { id: string; info?: unknown }
}

export interface Store {
  /** What it keeps, for `welcome`. @default 120 s, 300 messages, 1 MiB */
  readonly kept?: Kept
  /**
   * Appends to a stream and tells all who follow it, on every node, in one order. With a key that was used in the stream within
   * 300 s it appends nothing and gives the earlier position.
   */
  publish(stream: string, data: string, key?: string): Promise<Position>
  /** Resolves once every later message will be heard; with the way out. */
  follow(stream: string, feed: Feed): Promise<() => void>
  /** At most `limit` messages after `offset`. */
  read(stream: string, offset: number, limit: { messages: number; bytes: number }): Promise<History>

  /** For all nodes, at most once. */
  broadcast(data: string): Promise<void>
  onBroadcast(listener: (data: string) => void): () => void

  /** Keeps a new session, owned from the start, until `window` ms after it was last touched. */
  addSession(record: SessionRecord, owner: Owner): Promise<void>
  /** What is kept of a session, if it is still kept. Changes nothing. */
  getSession(sid: string): Promise<SessionRecord | undefined>
  /**
   * Makes a link the owner: the earlier one is detached first, wherever it is, and waited for (a node that says nothing for 2 s is
   * taken for dead). Gives the record as it is after that; undefined when the session is gone meanwhile. May reject when the earlier one
   * does not come to its end.
   */
  takeSession(sid: string, owner: Owner): Promise<SessionRecord | undefined>
  /** Tells this hub of its links that were detached by `takeSession` elsewhere or here. */
  onDetach(detach: Detach): () => void
  /** Records `seq` as applied, with the answer, if any. False when the owner is another by now, or the session is gone: then nothing was recorded. */
  recordApplied(sid: string, owner: Owner, seq: number, result?: string): Promise<boolean>
  /** Postpones the end of a session that is still owned. */
  touchSession(sid: string, owner: Owner): Promise<void>
  /** Ends a session, if still owned by this link. */
  endSession(sid: string, owner: Owner): Promise<void>

  /**
   * The record under an idempotency key of a user: undefined when there is none, which reserves it for `recordKey` for at most 30 s;
   * `'pending'` while another holds the reservation; else the answer, `''` for none.
   */
  claimKey(user: string, key: string): Promise<string | undefined>
  /** Keeps an answer for 300 s. Without an answer to keep (undefined) the reservation is given up. */
  recordKey(user: string, key: string, result: string | undefined): Promise<void>

  /** Enters or leaves; an entry of a dead node vanishes within 60 s by itself. */
  enter(stream: string, entry: PresenceEntry): Promise<void>
  leave(stream: string, id: string): Promise<void>
  present(stream: string): Promise<readonly PresenceEntry[]>
  /** Told that the presence of a stream may have changed, on whichever node. */
  onPresence(listener: (stream: string) => void): () => void

  /** Told that messages may have been missed (a connection to the store was lost and is back): positions are to be compared. */
  onDoubt(listener: () => void): () => void
  /** Ends feeds, timers and connections that the store made itself. */
  close(): Promise<void>
}
