/** The types of sessions, and the interface through which one is attached. The code is in `session/`. */

import type { Clock } from '../base/clock.ts'
import type { Reporter } from '../base/guard.ts'
import type { Codec } from '../messaging/codec.ts'
import type { Transport } from '../transport/transport.ts'
import type { RawOutgoing } from '../transport/frame.ts'

/** Where a stream is. `offset` counts 1, 2, 3… within one `epoch`, the life of the counter; 0 is before the first message. */
export interface Position {
  readonly epoch: string
  readonly offset: number
}

/** Messages of a stream are missing, and it continues after `to`. Fetch the state that was built from its messages again. */
export interface Resync {
  readonly stream: string
  /**
   * `epoch`: the counter of the stream started again. `trimmed`: the history is shorter than what was missed. `limit`: too much was
   * missed. `ahead`: the client was beyond the newest message. `gap`: the server omitted a message twice. `none`: the server has
   * no record of the position. `denied`: the stream may not be read, and was left.
   */
  readonly reason: string
  /** The last message received, if there was one. */
  readonly from: Position | undefined
  /** The next message follows this position; undefined if denied. */
  readonly to: Position | undefined
  /** Wait about this long before fetching, in ms, so that many clients do not fetch at once. */
  readonly wait: number
}

/** A message of a stream. Emitted before `message`. */
export interface StreamMessage<In = unknown> {
  readonly stream: string
  readonly offset: number
  readonly message: In
  /** It was missed while the connection was lost. */
  readonly replayed: boolean
}

/** A user in a stream. */
export interface PresenceMember {
  readonly id: string
  readonly info?: unknown
}

/** The members of a stream: all of them, or what has changed. */
export interface Presence {
  readonly stream: string
  readonly members?: readonly PresenceMember[]
  readonly joined?: readonly PresenceMember[]
  readonly left?: readonly PresenceMember[]
}

/** Additional events of a client with a session. */
export interface SessionEvents<In = unknown, Out = unknown> {
  /** Emitted before any later message of that stream. */
  resync: Resync
  /** The session is gone: these messages were sent, and it is unknown whether they were applied. */
  unconfirmed: { readonly messages: readonly Out[] }
  /** The connection is back with the same session. A stream that lost messages emits `resync` after this. */
  resumed: { readonly sessionId: string }
  stream: StreamMessage<In>
  presence: Presence
}

/** The same events as options: `onResync`, `onUnconfirmed` and so on. */
export type SessionCallbacks<In, Out> = {
  [Type in keyof SessionEvents as `on${Capitalize<Type>}`]?: (value: SessionEvents<In, Out>[Type]) => void
}

/** The server has applied the message with number `seq` of its session. */
export interface Ack {
  readonly seq: number
}

export interface DeliverOptions {
  /** Identifies the effect, at most 256 bytes. Within 300 s the server applies it once, also from another session. */
  idempotencyKey?: string | undefined
  /** A label for the application, at most 256 bytes. */
  channel?: string | undefined
  /** Gives up. A message that was not sent rejects with the signal's reason, one that was sent with `UnknownOutcomeError`. */
  signal?: AbortSignal | undefined
}

export interface RequestOptions extends DeliverOptions {
  /** How long the reply may take, in ms, including the wait for a connection. @default 10000 */
  timeout?: number | undefined
}

/** What a session adds to a client. */
export interface SessionMethods<Out> {
  /**
   * Sends until the server has applied the message, across reconnects, and once only. In order; waits while there is no connection.
   *
   * @throws (rejects) NotSentError if it certainly was not applied: the client was closed, or too many messages wait.
   * UnknownOutcomeError if it may have been applied: the session is gone. RefusedError if the application refused it.
   * NoSessionError if the server has no sessions. EncodeError if the codec refuses it.
   */
  deliver(message: Out, options?: DeliverOptions): Promise<Ack>
  /** Like `deliver`, and resolves with the application's reply. */
  request<Reply = unknown>(message: Out, options?: RequestOptions): Promise<Reply>
  /** Follows a stream from its next message on; across reconnects without a gap, or with a `resync`. */
  join(stream: string): void
  /** Returns whether the stream was followed until now. */
  leave(stream: string): boolean
  /** The public name of the session, while there is one. */
  readonly sessionId: string | undefined
}

/** What the client gives to its session. */
export interface SessionHost extends Reporter {
  readonly clock: Clock
  /** `checkLink`: notices a socket that has ended without a `close` event. */
  readonly engine: { checkLink(): void }
  emit<Type extends keyof SessionEvents>(type: Type, value: SessionEvents[Type]): void
  /** @throws EncodeError */
  encode(message: unknown): RawOutgoing
}

/** A session of one client. */
export interface AttachedSession {
  readonly transport: Transport<unknown>
  readonly codec: Codec<unknown, unknown>
  /** The names of its events, in the form that `checkWord` takes. */
  readonly eventNames: string
  /** Descriptors of the methods and getters that are added to the client. */
  readonly members: PropertyDescriptorMap
  /** For views such as `useStream`: follows a stream until `releaseStream`, unless the application itself joins it. */
  acquireStream(stream: string): void
  /** Leaves a stream that only `acquireStream` has joined. Returns whether it was left. */
  releaseStream(stream: string): boolean
  /** Called for each message before the event `message`. */
  beforeMessage(frame: unknown, message: unknown): void
  /** `reconnect()` was called: whether the server supports sessions is to be found out again. */
  reconnecting(): void
  /** Called for each event of the client, before its listeners. */
  readonly onEvent: (type: string, value: unknown) => void
  /** The client is closed or disposed. */
  end(isDisposed: boolean): void
}

/** Returned by `session()` of `@holdfast/core/recovery`, for the option `session`. */
export interface Session {
  /** Called once by `createWebSocket`, with the transport and the codec that the session wraps. */
  attach(host: SessionHost, transport: Transport, codec: Codec<unknown, unknown>): AttachedSession
}
