/** The types that an application receives from the hub: its events, the connection of a client, and the context of a message. */

import type { IncomingMessage } from 'node:http'
import type { RefusalReason } from '../metrics/stats.ts'
import type { Evicted } from '../store/store.ts'

/** An authenticated user. The hub keeps a copy. */
export interface User {
  /** 1 to 256 bytes. */
  id: string
  /** The time at which the token expires, in ms since the epoch. The connection is then closed with 4006. */
  expiresAt?: number
  /** Shown to other users by presence. Must be JSON of at most 4 KiB. */
  info?: unknown
}

/** What `authenticate` returns. */
export interface AuthenticatedUser extends Omit<User, 'id' | 'expiresAt'> {
  /** A string of 1 to 256 bytes. A finite number is converted to a string. */
  id: string | number
  expiresAt?: number | null | undefined
}

/** The argument of `authenticate`. A plain client has only the request. */
export interface Credentials {
  request: IncomingMessage
  token: string | undefined
  /** The `hello` of a client that uses the protocol, with the session that it wants to resume. */
  hello: { sessionId: string | undefined } | undefined
}

/** One connection of a client. A reconnect creates a new one, with the same `sessionId` if the session was resumed. */
export interface Connection {
  /** The id of this connection. A reconnect gets a new one. */
  readonly id: string
  readonly user: User
  /** The HTTP request that was upgraded. Read it in a `connection` listener: it is released afterwards, unless `keepRequest` is set. */
  readonly request: IncomingMessage
  /** The id of the session. Undefined for a plain client. */
  readonly sessionId: string | undefined
  /** Whether the client uses plain WebSocket, without the subprotocol of sessions. */
  readonly plain: boolean
  /** The streams that the client has joined. Empty in a listener of `connection` or `resume`: `join` is emitted for each stream after them. */
  readonly streams: readonly string[]
  /** Sends a message that belongs to no stream, at most once. */
  send(message: unknown): void
  /**
   * Joins the client to a stream, starting at the newest message. Does nothing if it has joined. Rejects when the store fails, or while
   * `4 * limits.streams` joins and leaves of this connection wait: await each of them in a loop. A failure of the store is also an
   * `error` event and closes the connection, so the promise needs no handler. A listener of this connection that awaits it causes no second
   * `error`.
   */
  join(stream: string): Promise<void>
  /** Removes the client from a stream. Rejects as `join` does while too many wait. */
  leave(stream: string): Promise<void>
  /** Closes the connection. @default code 1000 */
  close(code?: number, reason?: string): void
}

/** The second argument of a `message` or `request` listener. */
export interface MessageContext {
  readonly connection: Connection
  readonly user: User
  /**
   * `sessionId:seq`. It stays the same when the client sends the message again, so store it together with the effect. Undefined for
   * `emit` and plain clients.
   */
  readonly id: string | undefined
  readonly idempotencyKey: string | undefined
  /** The label that the client gave to the message. */
  readonly channel: string | undefined
}

/** How a connection ended. */
export interface CloseDetails {
  code: number
  reason: string
}

/** Why the hub closed a connection. */
export interface DropDetails {
  code: number
  reason: string
}

/** A client that the hub refused. It has a `status` before the upgrade, and a close `code` after it. */
export interface RefuseDetails {
  reason: RefusalReason
  status?: number
  code?: number
  /** As the option `address` returns it, or else the address of the connection. */
  address: string
}

/** A session that cannot be resumed any more. */
export interface EndedSession {
  sessionId: string
  user: User
  /** `closed`: the client has closed its connection with 1000. `expired`: it has not returned within the time that the store keeps sessions. */
  reason: 'closed' | 'expired'
}

/** The events of `hub.on`, with the arguments of their listeners. */
export interface HubEvents {
  /** A client was accepted. */
  connection: [connection: Connection]
  /** The client resumed its session. Emitted after `connection`. */
  resume: [connection: Connection]
  /** A client sent a message. The hub acknowledges it when all listeners have finished. */
  message: [message: unknown, context: MessageContext]
  /** A client sent a request. The first result that is not undefined is the reply. */
  request: [message: unknown, context: MessageContext]
  /** A connection ended. */
  close: [connection: Connection, details: CloseDetails]
  /**
   * A session has ended finally, so that what depends on it can be released. Emitted by the node of its last connection: at once after a
   * close with 1000, otherwise about a second after the store has forgotten the session. A node that stops before that does not emit it.
   * If a takeover fails, the node that had the session emits it within about 2 s of the expiry. After a network failure between nodes,
   * two nodes may emit it. The listener must be added before the connection ends.
   */
  sessionEnd: [session: EndedSession]
  /** A client has joined a stream. Each `join` has one `leave`. */
  join: [connection: Connection, stream: string]
  /** A client has left a stream. Also emitted at the end of the connection. */
  leave: [connection: Connection, stream: string]
  /** The hub closes a connection because of the client: slow reader, rate limit, bad frame, expired token. */
  drop: [connection: Connection | undefined, details: DropDetails]
  /** The hub refused a client before `connection`, or a later token of a client. */
  refuse: [details: RefuseDetails]
  /**
   * The store removed an entry before its time, because a limit was exceeded. `count` is the number of such entries of any kind since the
   * previous event. Emitted at most once per second.
   */
  evict: [details: { kind: Evicted; count: number }]
  /**
   * The store failed, a listener threw, a function of the options failed, one of them did not answer in time, or the port could not be
   * opened. A connection that the hub closes with 1011 has exactly one, unless the store is unavailable, which is one error for all
   * connections. Without a listener the hub writes it to the console.
   */
  error: [error: Error]
}
