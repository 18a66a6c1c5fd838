/* oxlint-disable typescript/no-unsafe-declaration-merging -- `defineMembers` defines what the interface declares */
/** The class: the interface of WHATWG's `WebSocket`, of `reconnecting-websocket` and of `partysocket`. */

import { monotonicNow } from '../base/clock.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import { Connection, type ReadyState } from './connection.ts'
import { defineMembers } from './members.ts'
import type { Message, Options, ProtocolsProvider, UrlProvider } from './options.ts'
import { type CloseEvent, type ErrorEvent, EventTarget } from './platformEvents.ts'
import { stackDetector } from './stackDetector.ts'

/** The platform's constructor, for a program that replaces the global one by this class. */
const platform: Options['WebSocket'] = globalThis.WebSocket

/** Symbols, so that members of a subclass do not collide with ours. */
const INSIDE = Symbol('connection')
const BOUND = Symbol('options')

/** The events of a socket, by name. */
export interface WebSocketEventMap {
  open: Event
  message: MessageEvent
  error: ErrorEvent
  close: CloseEvent
}

type Handler<Event> = ((event: Event) => unknown) | null
type Listener<Event> = ((event: Event) => unknown) | { handleEvent(event: Event): unknown } | null

/** What `with` has set. */
interface Bound {
  readonly options: Options
  readonly noteInstance: (url: unknown, at: number) => void
}

/** A class that `with` returns. */
export type BoundWebSocket = Pick<typeof ReconnectingWebSocket, keyof typeof ReconnectingWebSocket> & {
  new (url: UrlProvider, protocols?: ProtocolsProvider): ReconnectingWebSocket
}

const insideOf = (socket: object): Connection => (socket as { [INSIDE]: Connection })[INSIDE]
const boundOf = (constructor: object): Bound | undefined => (constructor as { [BOUND]?: Bound })[BOUND]

/**
 * A `WebSocket` that opens again after a close: a replacement for `reconnecting-websocket` and `partysocket`. For Vue and React
 * use `useWebSocket`, and for new code `createWebSocket`.
 *
 * @example
 * const socket = new ReconnectingWebSocket('wss://example.org/chat', [], { maxRetries: 10 })
 * socket.onmessage = ({ data }) => console.log(data)
 * socket.send('hello') // waits until the connection is open
 */
export class ReconnectingWebSocket extends EventTarget implements WebSocket {
  declare static readonly CONNECTING: 0
  declare static readonly OPEN: 1
  declare static readonly CLOSING: 2
  declare static readonly CLOSED: 3

  static {
    defineMembers(this, insideOf)
  }

  /**
   * @param url absolute, or in a page relative; a function is called at each dial
   * @param protocols subprotocols; a function is called at each dial
   * @throws DOMException SyntaxError for a URL or protocol that WHATWG refuses. OptionError for an invalid option, and where there is no
   * `WebSocket` or no `EventTarget`
   */
  constructor(url: UrlProvider, protocols?: ProtocolsProvider, options: Options = {}) {
    super()
    if (!arguments.length) throw new TypeError('expected a URL')
    const bound = boundOf(new.target)
    const given = bound?.options ?? options
    const inside = new Connection(this, url, protocols, given, () => ({
      WebSocket: given.WebSocket ?? globalConstructor()!,
    }))
    Object.defineProperty(this, INSIDE, { value: inside })
    if (!inside.isOneShot) bound?.noteInstance(inside.url || url, monotonicNow(inside.clock))
  }

  /**
   * Returns a class with these options, whose constructor takes a URL and protocols, for libraries that take a `WebSocket` class. Options of
   * the class on which it is called remain.
   *
   * @example createClient({ webSocketImpl: OneShotWebSocket.with({ heartbeat: true }) })
   */
  static with(options: Options): BoundWebSocket {
    const value: Bound = { options: { ...boundOf(this)?.options, ...options }, noteInstance: stackDetector() }
    return Object.defineProperty(class extends this {}, BOUND, { value })
  }
}

export interface ReconnectingWebSocket {
  readonly CONNECTING: 0
  readonly OPEN: 1
  readonly CLOSING: 2
  readonly CLOSED: 3
  /** Called for each `open` event: the connection is open, and queued messages have been sent. */
  onopen: Handler<Event>
  onmessage: Handler<MessageEvent>
  /** Read as the type that `WebSocket` has. */
  get onerror(): Handler<Event>
  set onerror(handler: Handler<ErrorEvent>)
  onclose: Handler<CloseEvent>
  /** Serialised (WHATWG). With a function: '' before its first answer, then that of the current or last dial. */
  readonly url: string
  /** CLOSED also while it waits for the next attempt. */
  readonly readyState: ReadyState
  /** Bytes that are not yet transmitted, in UTF-8, including those of queued messages. */
  readonly bufferedAmount: number
  readonly extensions: string
  readonly protocol: string
  /** How binary messages arrive, on this and all later connections. @default 'blob' */
  binaryType: BinaryType
  /** Attempts since the last connection that stayed open for `minUptime`. */
  readonly retryCount: number
  /** Whether it opens again after a close. */
  readonly shouldReconnect: boolean
  /** The client of the core below, with its status, the time of the next attempt and the latency. */
  readonly client: WebSocketClient
  /**
   * Sends, or queues until the connection is open. Returns whether it was passed to an open socket; undefined with `reconnect: false`.
   *
   * @throws DOMException InvalidStateError while connecting, with `reconnect: false`
   */
  send(data: Message): boolean
  /**
   * Closes for good, until `reconnect()`. Queued messages are kept.
   *
   * @throws DOMException InvalidAccessError unless the code is 1000 or 3000-4999, SyntaxError for a reason of more than 123 bytes
   */
  close(code?: number, reason?: string): void
  /**
   * Abandons the current connection or wait, and dials now, at most once in 5 s, else after the first delay. Attempts count from 0 again.
   *
   * @param code of the `close` event and of the close frame @default 1000
   * @throws DOMException as `close` does, OptionError with `reconnect: false`
   */
  reconnect(code?: number, reason?: string): void
  /** Removes and returns the messages that wait for a connection. */
  drainQueuedMessages(): Message[]
  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<WebSocketEventMap[Type]>,
    options?: boolean | { capture?: boolean; once?: boolean; passive?: boolean; signal?: AbortSignal },
  ): void
  addEventListener(type: string, listener: Listener<Event>, options?: boolean | object): void
  removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<WebSocketEventMap[Type]>,
    options?: boolean | { capture?: boolean },
  ): void
  removeEventListener(type: string, listener: Listener<Event>, options?: boolean | object): void
}

/** Never this class: the platform's own, if a program has replaced the global one. */
const globalConstructor = (): Options['WebSocket'] => {
  const { WebSocket } = globalThis as { WebSocket?: NonNullable<Options['WebSocket']> }
  return WebSocket && 'with' in WebSocket ? platform : WebSocket
}

/** One connection, like the platform's `WebSocket`, with three deadlines that it lacks: the options `connectionTimeout`, `heartbeat` and `closeTimeout`. */
export const OneShotWebSocket: BoundWebSocket = /* @__PURE__ */ ReconnectingWebSocket.with({ reconnect: false })
/** @see OneShotWebSocket */
export type OneShotWebSocket = ReconnectingWebSocket
