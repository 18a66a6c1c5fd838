/** The public type of a client. */

import type { SendResult } from '../messaging/outbox.ts'
import type { Snapshot } from '../state/snapshot.ts'
import type { UrlSource } from '../transport/dial.ts'
import type { OutgoingFor, RawMessage } from '../transport/frame.ts'
import type { ClientEvents } from './events.ts'
import type { OpenInfo } from '../engine/lifecycleEvents.ts'
import type { MessagesOptions } from './messages.ts'
import type { OpenedOptions } from './opened.ts'
import type { WebSocketOptions } from './options.ts'
import type { Session, SessionEvents, SessionMethods } from './session.ts'

declare global {
  interface SymbolConstructor {
    /** As TypeScript's library `esnext.disposable` declares it: projects without that library can use these types. */
    readonly dispose: unique symbol
  }
}

/** A connection that reconnects. Its functions need no `this`, so they can be destructured. */
export interface WebSocketClient<In = RawMessage, Out = OutgoingFor<In>> {
  /** The current state; the same object until one of its values changes. */
  get(): Snapshot<In>
  /** Calls back when the state has changed, at the chosen `pace`. Returns the function that unsubscribes. */
  subscribe(listener: () => void): () => void
  /** Listens to one event until the returned function is called, the signal aborts or the client is disposed. @throws OptionError for an unknown event */
  on<Type extends keyof ClientEvents<In, Out>>(
    type: Type,
    listener: (value: ClientEvents<In, Out>[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
  /** Listens to every event, for logs and tools. */
  onAny(listener: (type: keyof ClientEvents<In, Out>, value: unknown) => void): () => void
  /**
   * Resolves when the connection is open, at once if it is. Rejects with DialError when the client is `closed`, with the last close or
   * its error as `cause`; with ConnectTimeoutError after `timeout`; with the reason of the signal. Before the first `open()` of a client with
   * `immediate: false`, and while a lazy client has no user, it waits.
   */
  opened(options?: OpenedOptions): Promise<OpenInfo>
  /**
   * Messages from now on, for `for await`. Ends when the client becomes `closed`, is disposed, or the signal aborts. It keeps the
   * newest `limit` unread messages (1000 by default); each one beyond emits `drop` with reason `slow`.
   */
  messages(options?: MessagesOptions): AsyncIterableIterator<In>
  /** Sends, or queues while a connection is expected (`queue: false` drops instead); drops if none is. @throws EncodeError if the codec refuses the message */
  send(message: Out, options?: { queue?: boolean | undefined }): SendResult
  /** Connects, unless connected or dialling. While it waits for an attempt: dials now, at most once in 5 s. */
  open(): void
  /** Closes, cancels all attempts and drops queued messages. @throws OptionError unless the code is 1000 or 3000-4999 and the reason has at most 123 bytes */
  close(code?: number, reason?: string): void
  /** Abandons the current connection or wait and dials now, at most once in 5 s, else after the first delay. Attempts count from 0 again. */
  reconnect(): void
  /** Keeps a `lazy` connection open until the returned function is called. */
  retain(): () => void
  /** Closes at once and releases everything: no timer, listener or socket is left. Later calls do nothing, but `send` still encodes and may throw EncodeError. */
  dispose(): void
  [Symbol.dispose](): void
  /** The URL of the current or last dial. It may contain a secret of your URL function: do not log it. */
  readonly url: string | undefined
  /** The current platform socket. */
  readonly socket: WebSocket | undefined
}

/** A client with a session: nothing is lost across reconnects, or an event reports the loss. */
export interface SessionClient<In = RawMessage, Out = OutgoingFor<In>>
  extends WebSocketClient<In, Out>, SessionMethods<Out> {
  /** Listens to one event, also those of the session. @throws OptionError for an unknown event */
  on<Type extends keyof (ClientEvents<In, Out> & SessionEvents<In, Out>)>(
    type: Type,
    listener: (value: (ClientEvents<In, Out> & SessionEvents<In, Out>)[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
}

/** See `createWebSocket`. If only `In` is given, `Out` follows from it. */
export interface CreateWebSocket {
  <In = RawMessage, Out = OutgoingFor<In>>(
    url: UrlSource,
    options: WebSocketOptions<In, Out> & { session: Session },
  ): SessionClient<In, Out>
  <In = RawMessage, Out = OutgoingFor<In>>(
    url: UrlSource,
    options?: WebSocketOptions<In, Out>,
  ): WebSocketClient<In, Out>
}
