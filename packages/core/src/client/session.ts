/** What the core knows of a session: where one is put in, and what it adds for users. The session itself is in `recovery`, and costs only who imports it. */

import type { Guard } from '../base/guard.ts'
import type { Status } from '../engine/machine.ts'

/** Where a stream is: `epoch` names one life of its counter, `offset` counts 1, 2, 3… in it, and 0 is before the first message. */
export interface Position {
  readonly epoch: string
  readonly offset: number
}

/** A stream was broken off and goes on from `to`: whatever was built from its messages is to be fetched anew. */
export interface Resync {
  readonly stream: string
  /**
   * `epoch`: the stream's counter began a new life. `trimmed`: the history is shorter than what was missed. `limit`: too much was
   * missed. `ahead`: we were beyond the top. `gap`: the server left something out, twice. `none`: the server knows nothing of our
   * position. `denied`: the stream is not ours to read, and was left.
   */
  readonly reason: string
  /** The last message had, if there was one. */
  readonly from: Position | undefined
  /** What comes next is after this; undefined when denied. */
  readonly to: Position | undefined
  /** Wait about so long before fetching, in ms, where everybody was struck at once. */
  readonly wait: number
}

/** A message of a stream, told before `message`. */
export interface StreamMessage<In = unknown> {
  readonly stream: string
  readonly offset: number
  readonly message: In
  /** It was missed while the connection was down. */
  readonly replayed: boolean
}

/** Somebody in a stream. */
export interface PresenceMember {
  readonly id: string
  readonly info?: unknown
}

/** Who is in a stream: the whole, or what has changed. */
export interface Presence {
  readonly stream: string
  readonly members?: readonly PresenceMember[]
  readonly joined?: readonly PresenceMember[]
  readonly left?: readonly PresenceMember[]
}

/** What a client with a session raises besides. */
export interface SessionEvents<In = unknown, Out = unknown> {
  /** Before any later message of that stream. */
  resync: Resync
  /** The session is gone: these were sent, and nobody knows whether they were applied. */
  unconfirmed: { readonly messages: readonly Out[] }
  /** The connection is back and nothing was lost. */
  resumed: { readonly sessionId: string }
  stream: StreamMessage<In>
  presence: Presence
}

/** The same events as options: `onResync`, `onUnconfirmed` and so on. */
export type SessionCallbacks<In, Out> = {
  [Type in keyof SessionEvents as `on${Capitalize<Type>}`]?: (value: SessionEvents<In, Out>[Type]) => void
}

/** The server has applied a message, the `seq`-th of its session. */
export interface Ack {
  readonly seq: number
}

export interface DeliverOptions {
  /** Names the effect, at most 256 bytes: within 300 s the server applies it once, though the session be another. */
  idempotencyKey?: string | undefined
  /** A label for the application, at most 256 bytes. */
  channel?: string | undefined
  /** Gives up: what was not sent is taken back and rejects with the signal's reason, what was sent rejects as `UnknownOutcomeError`. */
  signal?: AbortSignal | undefined
}

export interface RequestOptions extends DeliverOptions {
  /** How long the answer may take, waiting for a connection included, in ms. @default 10000 */
  timeout?: number | undefined
}

/** What a session adds to a client. */
export interface SessionMethods<Out> {
  /**
   * Sends until the server has applied it, over reconnects too, and once only: in order, and waiting while there is no connection.
   *
   * @throws (rejects) NotSentError if it certainly was not applied: closed meanwhile, or too much waits.
   * UnknownOutcomeError if it may have been: the session is gone. RefusedError if the application did not want it.
   * NoSessionError if the server speaks plain WebSocket. EncodeError if the codec refuses it.
   */
  deliver(message: Out, options?: DeliverOptions): Promise<Ack>
  /** As `deliver`, for the application's answer. */
  request<Reply = unknown>(message: Out, options?: RequestOptions): Promise<Reply>
  /** Joins a stream from its next message on. After a reconnect the missed messages follow, or a `resync` event reports that they could not. */
  join(stream: string): void
  /** Leaves a stream. Returns whether it was joined. */
  leave(stream: string): boolean
  /** The session's public name, while there is one. */
  readonly sessionId: string | undefined
}

/** What the core lends to a session. */
export interface SessionPort {
  readonly guard: Guard
  emit<Type extends keyof SessionEvents>(type: Type, value: SessionEvents[Type]): unknown
  facts(): { status: Status }
  /** What the session's own `WebSocket` has made, as long as the core holds it. */
  socket(): unknown
  /** @throws EncodeError */
  encode(message: unknown): unknown
}

/** A session of one client. It stands between the codec and the socket, in the place of some options. */
export interface SessionLink {
  /** The client's options, some of them replaced. */
  readonly options: object
  /** The names of its events, as the check of `on` wants them. */
  readonly events: string
  /** Gives the client its further methods. Before the first dial. */
  attach(client: object, port: SessionPort): void
}

/** What `session()` of `@holdfast/core/recovery` makes, for the option `session`. */
export interface Session {
  /** @param settings are the client's numbers, of which those of the heartbeat are the server's to choose */
  link(options: object, settings: object): SessionLink
}
