/** The inside of the class: one client of the core, the events that are dispatched, and `readyState`. */

import { type Clock, monotonicNow, systemClock } from '../base/clock.ts'
import { check } from '../base/errors.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import { byteLength } from '../transport/frame.ts'
import type { WebSocketTransportOptions } from '../transport/webSocketTransport.ts'
import { checkClose, checkUrl, toFrame } from './arguments.ts'
import { createClient } from './createClient.ts'
import { Handlers } from './handlers.ts'
import { logEvents } from './logEvents.ts'
import { type Message, type Options, type ProtocolsProvider, type UrlProvider, readSettings } from './options.ts'
import { CloseEvent, type ErrorEvent, Event, copyMessage, errorEvent } from './platformEvents.ts'
import { PlatformSocket } from './platformSocket.ts'
import { SendQueue } from './sendQueue.ts'

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3] as const
export type ReadyState = 0 | 1 | 2 | 3

/** Its public members are those of the class. */
export class Connection {
  readonly client: WebSocketClient
  readonly isOneShot: boolean
  readonly clock: Clock
  readonly platform: PlatformSocket
  shouldReconnect: boolean
  readonly handlers: Handlers
  private readonly _target: EventTarget
  /** Undefined if a function provides it. */
  private readonly _url: string | undefined
  private readonly _minUptime: number
  private readonly _queue: SendQueue
  /** What the user sees. The core's own status changes later if a listener calls a method. */
  private _state: ReadyState = CLOSED
  /** Of the dial that has not opened yet. */
  private _dial: AbortSignal | undefined
  /** The timer of the two events that follow a `close()` while dialling. */
  private _failing: unknown
  private _openedAt = 0
  private _attemptAtOpen = 0
  private _warnsOfSend = false

  /** @param current returns the constructor of this moment */
  constructor(
    target: EventTarget,
    url: UrlProvider,
    protocols: ProtocolsProvider,
    options: Options,
    current: () => WebSocketTransportOptions,
  ) {
    const { clock = systemClock, startClosed, reconnect = true, debug, debugLogger = console.log } = options
    const settings = readSettings(options)
    this._target = target
    this.handlers = new Handlers(target)
    this.clock = clock
    this.isOneShot = !reconnect
    this.shouldReconnect = reconnect && !startClosed
    this.platform = new PlatformSocket(current)
    this._minUptime = settings.minUptime
    this._queue = new SendQueue(settings)
    if (typeof url !== 'function') this._url = url = checkUrl(url)
    const client = (this.client = createClient(url, protocols, options, settings, clock, this.platform, (dial) =>
      this._started(dial),
    ))
    client.on('open', ({ attempt }) => this._opened(attempt))
    client.on('message', () => this._state === OPEN && this._dispatch(copyMessage(this.platform.message!)))
    client.on('close', (close) => this._closed(close))
    // That of a close is dispatched with it.
    client.on('error', (error) => client.get().lastClose?.error === error || this._failed(error))
    client.on('stop', () => {
      this.shouldReconnect = false
      if (reconnect) this._dispatch(new Event('stop'))
    })
    if (debug) logEvents(client, debugLogger)
    if (!startClosed || options.WebSocket) this.platform.check()
    if (!startClosed) client.open()
  }

  get url(): string {
    return this._url ?? this.client.url ?? ''
  }

  /** CLOSING also when the server closes, before the platform's `close` event. */
  get readyState(): ReadyState {
    const isConnected = this._state === OPEN || (this._state === CLOSING && this._failing === undefined)
    return isConnected ? (Math.max(this._state, this.platform.socket!.readyState) as ReadyState) : this._state
  }

  get bufferedAmount(): number {
    return (this.platform.socket?.bufferedAmount ?? 0) + this._queue.bytes
  }

  get retryCount(): number {
    if (this._state !== OPEN) return this.client.get().attempt
    return monotonicNow(this.clock) - this._openedAt < this._minUptime ? this._attemptAtOpen : 0
  }

  send(data: unknown): boolean | undefined {
    const { isOneShot } = this
    if (!arguments.length) throw new TypeError('expected a message')
    if (isOneShot && !this._state) throw new DOMException('send: not open yet', 'InvalidStateError')
    const frame = toFrame(data)
    const isSent = this._state === OPEN && this.client.send(frame) === 'sent'
    if (!isSent && isOneShot) this._queue.bytes += byteLength(frame) // discarded (WHATWG)
    else if (!isSent) {
      this._queue.push(frame)
      if (this._warnsOfSend) console.warn('ReconnectingWebSocket: send() after close() waits for reconnect()')
      this._warnsOfSend = false
    }
    return isOneShot ? undefined : isSent
  }

  drainQueuedMessages(): Message[] {
    const messages: Message[] = []
    this._queue.take((message) => messages.push(message))
    return messages
  }

  close(code?: unknown, reason?: unknown): void {
    const given = checkClose(code, reason)
    this.shouldReconnect = false
    this._warnsOfSend = true
    if (this._state < CLOSING) {
      if (!this._state) this._failing = this.clock.setTimeout(() => this._fail(), 0)
      this._state = CLOSING
      this.platform.closeArguments = given
    }
    this.client.close()
  }

  reconnect(...given: [code?: unknown, reason?: unknown]): void {
    const { platform, isOneShot } = this
    const [code = 1000, reason = ''] = checkClose(...given)
    check('reconnect', false, !isOneShot || !(this._dial ?? platform.socket), 'true')
    platform.check()
    this.shouldReconnect = !isOneShot
    this._warnsOfSend = false
    if (this._failing !== undefined) this._fail()
    const dial = this._dial
    const hasSocket = this._state !== CLOSED && platform.isUsed
    this._state = CLOSED
    if (hasSocket) {
      platform.socket!.close(code, reason)
      this._dispatch(new CloseEvent('close', { code, reason }))
    }
    // A listener may have called `close()` or `reconnect()`.
    if (this._dial === dial && (this.shouldReconnect || isOneShot)) this.client.reconnect()
  }

  private _started(dial: AbortSignal): void {
    this._dial = dial
    // If a connection has just been lost, its `close` event follows.
    if (this._state === CLOSED) this._state = CONNECTING
  }

  /** A dial that was closed ends (WHATWG: fail the connection). */
  private _fail(): void {
    this.clock.clearTimeout(this._failing)
    this._failing = undefined
    this._state = CLOSED
    this._failed()
    this._dispatch(new CloseEvent('close', { code: 1006 }))
  }

  private _opened(attempt: number): void {
    if (this._state) return // a listener has called `close()`, and the core follows
    this._dial = undefined
    this._state = OPEN
    this._openedAt = monotonicNow(this.clock)
    this._attemptAtOpen = attempt
    // The core ignores errors of an open socket: the close follows.
    this.platform.socket!.onerror = ({ error, message }: Partial<ErrorEvent>) => this._failed(error, message)
    this._queue.take((message) => this.client.send(message) === 'sent')
    this._dispatch(new Event('open'))
  }

  private _closed(close: CloseInfo): void {
    const before = this._state
    const isDialling = this._dial?.aborted === false
    if (close.final) this.shouldReconnect = false
    if (before === CLOSED || this._failing !== undefined) return
    // `reconnect()` has dispatched it, and the next dial has begun.
    if (!before && close.cause === 'user' && isDialling) return
    this._state = CLOSED
    if (!before || close.cause === 'heartbeat') this._failed(close.error)
    // Without a socket nothing has closed. A library that reconnects by itself needs the event.
    if (this.platform.isUsed || this.isOneShot) this._dispatch(new CloseEvent('close', close))
    if (!isDialling) this.platform.isUsed = false
    else if (this.shouldReconnect && this._state === CLOSED) this._state = CONNECTING // the next dial has begun
  }

  private _failed(error?: Error, message?: string): void {
    this._dispatch(errorEvent(this.isOneShot, error, message))
  }

  private _dispatch(event: globalThis.Event): void {
    this._target.dispatchEvent(event)
  }
}
