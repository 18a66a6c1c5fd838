/* oxlint-disable typescript/no-unsafe-declaration-merging -- the interface only adds overloads */
/** The class: the interface of WHATWG's `WebSocket`, of `reconnecting-websocket` and of `partysocket`. */

import { monotonicNow } from '../base/clock.ts'
import { check } from '../base/errors.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import { Connection, type ReadyState } from './connection.ts'
import { defineClass } from './defineClass.ts'
import type { Handler, Listener, ListenerOptions, WebSocketEventMap } from './eventTypes.ts'
import type { Message, Options, ProtocolsProvider, UrlProvider } from './options.ts'
import { type CloseEvent, type ErrorEvent, EventTarget } from './platformEvents.ts'
import { globalConstructor } from './platformSocket.ts'
import { stackDetector } from './stackDetector.ts'

/** Symbols do not collide with members of a subclass. */
const INSIDE = Symbol('connection')
const BOUND = Symbol('options')

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
  declare readonly CONNECTING: 0
  declare readonly OPEN: 1
  declare readonly CLOSING: 2
  declare readonly CLOSED: 3

  static {
    for (const type of ['open', 'message', 'error', 'close']) {
      const name = `on${type}`
      const handler = {
        get [name](): unknown {
          return insideOf(this).handlers.get(type)
        },
        set [name](value: unknown) {
          insideOf(this).handlers.set(type, value)
        },
      }
      Object.defineProperties(this.prototype, Object.getOwnPropertyDescriptors(handler))
    }
    defineClass(this, 'ReconnectingWebSocket', this)
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
    check('options', options, typeof options === 'object', 'object')
    const bound = boundOf(new.target)
    const given = { ...options, ...bound?.options }
    const inside = new Connection(this, [url, protocols, given], () => ({
      WebSocket: given.WebSocket ?? globalConstructor(),
    }))
    Object.defineProperty(this, INSIDE, { value: inside })
    if (!inside.isOneShot) bound?.noteInstance(inside.fixedUrl ?? url, monotonicNow(inside.clock))
  }

  /**
   * Returns a class with these options, whose constructor takes a URL and protocols and ignores further arguments, for libraries that take a
   * `WebSocket` class. Options of the class on which it is called remain, also those that the constructor of a subclass passes. @example createClient({ webSocketImpl: OneShotWebSocket.with({ heartbeat: true }) })
   */
  static with(options: Options): BoundWebSocket {
    const value: Bound = { options: { ...boundOf(this)?.options, ...options }, noteInstance: stackDetector() }
    const Bound = class extends this {
      /** Libraries pass a third argument that is meant for `ws`. */
      constructor(...given: ConstructorParameters<typeof ReconnectingWebSocket>) {
        super(...(given.slice(0, 2) as typeof given))
      }
    }
    defineClass(Bound, 'WebSocket', this)
    return Object.defineProperty(Bound, BOUND, { value })
  }

  /** Serialised (WHATWG). With a function: '' before its first answer, then that of the current or last dial. */
  get url(): string {
    const { platform, fixedUrl } = insideOf(this)
    return platform.socket?.url ?? fixedUrl ?? ''
  }
  /** CLOSED also while it waits for the next attempt. */
  get readyState(): ReadyState {
    return insideOf(this).readyState
  }
  /** Bytes that are not yet transmitted, in UTF-8, including those of queued messages. */
  get bufferedAmount(): number {
    const { platform, queue } = insideOf(this)
    return (platform.socket?.bufferedAmount ?? 0) + queue.bytes
  }
  get extensions(): string {
    return insideOf(this).platform.socket?.extensions ?? ''
  }
  get protocol(): string {
    return insideOf(this).platform.socket?.protocol ?? ''
  }
  /** How binary messages arrive, on this and all later connections. @default 'blob' */
  get binaryType(): WebSocket['binaryType'] {
    return insideOf(this).platform.binaryType
  }
  set binaryType(type) {
    insideOf(this).platform.binaryType = type
  }
  /** Attempts since the last connection that stayed open for `minUptime`. */
  get retryCount(): number {
    return insideOf(this).retries.get(this.readyState === 1)
  }
  /** Whether it opens again after a close. */
  get shouldReconnect(): boolean {
    return insideOf(this).shouldReconnect
  }
  /** The client of the core below, with its status, the time of the next attempt and the latency. */
  get client(): WebSocketClient {
    return insideOf(this).client
  }

  /**
   * Sends, or queues until the connection is open. Returns whether it was passed to an open socket; undefined with `reconnect: false`.
   *
   * @throws DOMException InvalidStateError while connecting, with `reconnect: false`. The error of the platform, if it refuses the message
   */
  send(data: Message): boolean {
    if (!arguments.length) throw new TypeError('expected a message')
    return insideOf(this).send(data)
  }
  /**
   * Closes for good, until `reconnect()`. Queued messages are kept. A `close` event follows unless `readyState` is CLOSED, as while it waits.
   * @throws DOMException InvalidAccessError unless the code is 1000 or 3000-4999, SyntaxError for a reason of more than 123 bytes
   */
  close(...given: [code?: number, reason?: string]): void {
    insideOf(this).close(...given)
  }
  /**
   * Abandons the current connection or wait, and dials now, at most once in 5 s, else after the first delay. Attempts count from 0 again.
   * The code (1000 by default) and the reason are those of the `close` event and frame. @throws as `close`, OptionError with `reconnect: false`
   */
  reconnect(...given: [code?: number, reason?: string]): void {
    insideOf(this).reconnect(...given)
  }
  /** Removes and returns the messages that wait for a connection, bytes as an `ArrayBuffer`. */
  drainQueuedMessages(): Message[] {
    return insideOf(this).queue.drain()
  }
}

/** The event handlers, and the overloads of `EventTarget` by the name of the event. */
export interface ReconnectingWebSocket {
  /** For `open` events: queued messages have been sent. */
  onopen: Handler<Event>
  onmessage: Handler<MessageEvent>
  /** Read as the type that `WebSocket` has. */
  get onerror(): Handler<Event>
  set onerror(handler: Handler<ErrorEvent>)
  onclose: Handler<CloseEvent>
  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<WebSocketEventMap[Type]>,
    options?: ListenerOptions,
  ): void
  addEventListener(type: string, listener: Listener<Event>, options?: ListenerOptions): void
  removeEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: Listener<WebSocketEventMap[Type]>,
    options?: ListenerOptions,
  ): void
  removeEventListener(type: string, listener: Listener<Event>, options?: ListenerOptions): void
}
