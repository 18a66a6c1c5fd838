/** `createWebSocket`: the one thing most users import. What a client is to its users, and nothing of how it is done. */

import type { RawMessage, RawOutgoing } from '../messaging/codec.ts'
import { Connection } from './connection.ts'
import type { UrlSource } from '../transport/dial.ts'
import type { ClientEvents } from './events.ts'
import { type Guard, guard } from '../base/guard.ts'
import { type WebSocketOptions, checkOptions } from './options.ts'
import type { SendResult } from '../messaging/outbox.ts'
import type { Session, SessionEvents, SessionMethods } from './session.ts'
import type { Snapshot } from '../state/snapshot.ts'

/** A connection that stays. Its functions need no `this`, so they may be taken apart. */
export interface WebSocketClient<In = RawMessage, Out = RawOutgoing> {
  /** The present state; the same object until something in it changes. */
  get(): Snapshot<In>
  /** The state for rendering: as subscribers were last told it, and `connecting` where the first `retain()` is going to dial. */
  view(): Snapshot<In>
  /**
   * Calls back when the state has changed, at the chosen `pace`. Returns the unsubscription.
   *
   * @param messages false: who shows nothing of them is not told of changes that are only messages @default true
   */
  subscribe(listener: () => void, messages?: boolean): () => void
  /** Hears one kind of event until the returned function is called, the signal aborts or the client is disposed. @throws OptionError for an unknown event */
  on<Type extends keyof ClientEvents<In, Out>>(
    type: Type,
    listener: (value: ClientEvents<In, Out>[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
  /** Hears every kind of event, for logs and tools. */
  onAny(listener: (type: keyof ClientEvents<In, Out>, value: unknown) => void): () => void
  /**
   * Messages from now on, for `for await`. Ends when the client becomes `closed`, is disposed, or the signal aborts.
   * Of unread messages the newest `limit` are kept (1000 by default); each one lost raises `drop` with reason `slow`.
   */
  messages(options?: { signal?: AbortSignal | undefined; limit?: number | undefined }): AsyncIterableIterator<In>
  /** Sends, or queues while there is no connection (`queue: false`: drops instead). @throws EncodeError if the codec refuses it */
  send(message: Out, options?: { queue?: boolean | undefined }): SendResult
  /** Connects, unless connected or dialling. While waiting for an attempt: tries now, at most once in 5 s. */
  open(): void
  /** Closes, cancels all attempts and drops what is queued. @throws OptionError unless the code is 1000 or 3000-4999 and the reason at most 123 bytes */
  close(code?: number, reason?: string): void
  /** Gives up the present connection or wait, and dials now (at most once in 5 s, else after the first delay). Attempts count from 0 again. */
  reconnect(): void
  /** Keeps a `lazy` connection open until the returned function is called. */
  retain(): () => void
  /** Ends at once and for good: no timer, listener or socket is left, and nothing here does anything any more. */
  dispose(): void
  [Symbol.dispose](): void
  /** Of the present or last dial. It may hold a secret of your provider's: do not log it. */
  readonly url: string | undefined
  /** The present platform socket. */
  readonly socket: WebSocket | undefined
}

/** A client that has a session: nothing is lost over reconnects, or it is said. */
export interface SessionClient<In = RawMessage, Out = RawOutgoing>
  extends WebSocketClient<In, Out>, SessionMethods<Out> {
  /** Hears one kind of event, those of the session included. @throws OptionError for an unknown event */
  on<Type extends keyof (ClientEvents<In, Out> & SessionEvents<In, Out>)>(
    type: Type,
    listener: (value: (ClientEvents<In, Out> & SessionEvents<In, Out>)[Type]) => void,
    options?: { signal?: AbortSignal | undefined },
  ): () => void
}

/** See `createWebSocket`. */
export interface CreateWebSocket {
  <In = RawMessage, Out = RawOutgoing>(
    url: UrlSource,
    options: WebSocketOptions<In, Out> & { session: Session },
  ): SessionClient<In, Out>
  <In = RawMessage, Out = RawOutgoing>(url: UrlSource, options?: WebSocketOptions<In, Out>): WebSocketClient<In, Out>
}

const NAMES = [
  'url',
  'socket',
  'get',
  'view',
  'subscribe',
  'on',
  'onAny',
  'messages',
  'send',
  'open',
  'close',
  'reconnect',
  'retain',
  'dispose',
] as const

/** Where a client keeps its connection. Not a private field: what inherits from a client, or stands before it, is as good. */
const CONNECTION: unique symbol = Symbol('connection')

interface Client {
  readonly [CONNECTION]: Connection
}

/** A function is bound when it is asked for first, and kept: to give all of them to each client would make it half as heavy again. */
const member = (name: (typeof NAMES)[number], index: number): PropertyDescriptor => ({
  get(this: Client | undefined) {
    // Who spies, as `vi.spyOn` does, asks for nobody's function, and calls it as that of a client.
    if (!this)
      return function (this: Client, ...given) {
        return (this[CONNECTION][name] as (...given: unknown[]) => unknown)(...given)
      } satisfies (...given: unknown[]) => unknown
    const connection = this[CONNECTION]
    const value: unknown = connection[name]
    return typeof value === 'function' ? (connection.bound[index] ??= value.bind(connection)) : value
  },
  set(value) {
    Object.defineProperty(this, name, { value, writable: true, enumerable: true, configurable: true })
  },
  enumerable: true,
  configurable: true,
})

/** One for all clients, so that none has to bear them. */
const MEMBERS: Record<string, PropertyDescriptor> = /* @__PURE__ */ Object.fromEntries(
  NAMES.map((name, index) => [name, member(name, index)]),
)

/**
 * Opens a WebSocket that reconnects, beats, queues and tells the truth about it.
 *
 * @example
 * const client = createWebSocket('wss://example.org/chat', { heartbeat: true, codec: json<Incoming, Outgoing>() })
 * client.on('message', (message) => console.log(message))
 * client.send({ text: 'hello' }) // 'queued' until the connection is open
 * @throws OptionError for a wrong URL or option
 */
export const createWebSocket: CreateWebSocket = <In = RawMessage, Out = RawOutgoing>(
  url: UrlSource,
  given: WebSocketOptions<In, Out> = {},
): SessionClient<In, Out> => {
  const settings = checkOptions(url, given as WebSocketOptions<unknown, unknown>)
  const session = given.session?.link(given, settings)
  const connection = new Connection(url, (session?.options ?? given) as WebSocketOptions<unknown, unknown>, settings)
  const client = Object.defineProperties(
    {},
    {
      ...MEMBERS,
      [Symbol.dispose]: MEMBERS['dispose']!,
      // To those who look inside whatever they are given, as Vue's `reactive` does, it is not a plain object.
      [Symbol.toStringTag]: { value: 'WebSocketClient' },
      [CONNECTION]: { value: connection },
    },
  )
  connection.further = session?.events
  session?.attach(client, {
    guard: guard.bind(undefined, connection) as Guard,
    emit: (type, value) => connection.emit(type as never, value as never),
    facts: () => connection.facts(),
    socket: () => connection.socket,
    encode: (message) => connection.encode(message),
  })
  if (!connection.options.lazy) connection.wanted()
  return client as unknown as SessionClient<In, Out>
}
