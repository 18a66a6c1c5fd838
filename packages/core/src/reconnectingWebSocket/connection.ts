/** The inside of the class: one client of the core, the events that are dispatched, and `readyState`. */

import type { Clock } from '../base/clock.ts'
import { check } from '../base/errors.ts'
import type { WebSocketClient } from '../client/webSocketClient.ts'
import type { RetryInfo } from '../engine/lifecycleEvents.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import type { WebSocketTransportOptions } from '../transport/webSocketTransport.ts'
import { checkClose, toFrame } from './arguments.ts'
import { createClient } from './createClient.ts'
import { Handlers } from './handlers.ts'
import { logEvents } from './logEvents.ts'
import { type SocketArguments, readSettings } from './options.ts'
import { CloseEvent, type ErrorEvent, Event, copyMessage, errorEvent } from './platformEvents.ts'
import { PlatformSocket } from './platformSocket.ts'
import { RetryCount } from './retryCount.ts'
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
  readonly fixedUrl: string | undefined
  readonly retries: RetryCount
  readonly queue: SendQueue
  /** The core's own status changes later if a listener calls a method. */
  private _state: ReadyState = CLOSED
  /** Of the dial that has not opened yet. */
  private _dial: AbortSignal | undefined
  /** The timer of the two events that follow a `close()` while dialling. */
  private _failing: unknown
  /** The platform has dispatched `error`, and its `close` follows. */
  private _hasFailed = false
  /** The socket that `reconnect()` has closed. */
  private _replaced: WebSocket | undefined

  /** @param current returns the constructor of this moment */
  constructor(target: EventTarget, given: SocketArguments, current: () => WebSocketTransportOptions) {
    const [url, protocols, options] = given
    const settings = readSettings(options)
    const { clock, startClosed, reconnect, debug, debugLogger } = settings
    this._target = target
    this.handlers = new Handlers(target)
    this.clock = clock
    this.isOneShot = !reconnect
    this.shouldReconnect = reconnect && !startClosed
    this.platform = new PlatformSocket(current, ({ error, message }: Partial<ErrorEvent>) => {
      this._hasFailed = true
      this._failed(error, message)
    })
    this.queue = new SendQueue(settings)
    const started = (dial: AbortSignal): void => {
      if (debug) debugLogger('RWS>', 'connect', this.retries.get(false))
      this._started(dial)
    }
    const { client, fixedUrl } = createClient(url, protocols, settings, this.platform, started)
    ;[this.client, this.fixedUrl] = [client, fixedUrl]
    this.retries = new RetryCount(clock, settings.minUptime)
    client.onAny((type, value) => this._react(type, value)) // less memory than a listener for each
    if (debug) logEvents(client, debugLogger)
    if (!startClosed || options.WebSocket) this.platform.check()
    if (!startClosed) client.open()
  }

  /** Also what the platform reports before its `close` event. After `reconnect()` it is that of the previous socket, as in the peers. */
  get readyState(): ReadyState {
    const { socket, isUsed } = this.platform
    if (this._hasFailed) return CLOSED
    if (socket === this._replaced && socket?.readyState === CLOSING) return CLOSING
    return Math.max(this._state, isUsed && this._failing === undefined ? socket!.readyState : 0) as ReadyState
  }

  send(data: unknown): boolean {
    const { isOneShot, platform } = this
    const frame = toFrame(data)
    if (isOneShot && !this.readyState) throw new DOMException('send: not open yet', 'InvalidStateError')
    const isSent = this._state === OPEN && this.client.send(frame) === 'sent'
    // Where the platform has refused it, this throws the error.
    if (!isSent && this.readyState === OPEN) platform.socket!.send(frame as string)
    else if (!isSent) this.queue.push(frame, isOneShot)
    return isOneShot ? (undefined as never) : isSent
  }

  close(...given: [code?: unknown, reason?: unknown]): void {
    const closeArguments = checkClose(...given)
    this.shouldReconnect = false
    this.queue.isClosed = true
    if (this._hasFailed) return // the close event follows, and then the client is closed
    // While CLOSED, no event follows (WHATWG). The core may still begin the dial of a `reconnect()` in a listener.
    if (this._state !== CLOSING && Math.min(this._state, this.readyState) < CLOSED) {
      if (this._state !== OPEN) this._failing = this.clock.setTimeout(() => this._end({ code: 1006 }, true), 0)
      this._state = CLOSING
      this.platform.closeArguments = closeArguments
    }
    this._replaced = undefined
    this.client.close()
  }

  reconnect(...given: [code?: unknown, reason?: unknown]): void {
    const { platform, isOneShot } = this
    const [code = 1000, reason = ''] = checkClose(...given)
    check('reconnect', false, !isOneShot || !(this._dial ?? platform.socket), 'true')
    platform.check()
    this.shouldReconnect = !isOneShot
    this.queue.isClosed = false
    const dial = this._dial
    const isFailing = this._failing !== undefined
    const hasSocket = !isFailing && this._state !== CLOSED && platform.isUsed
    if (isFailing) this._end({ code: 1006 }, true)
    else this._reset()
    if (hasSocket) {
      platform.socket!.close(code, reason)
      this._dispatch(new CloseEvent('close', { code, reason }))
      if (this.shouldReconnect) this._replaced = platform.socket
    }
    // A listener may have called `close()` or `reconnect()`.
    if (this._dial !== dial || (!this.shouldReconnect && !isOneShot)) return
    this.client.reconnect()
    this.retries.restarted(this.client.get().attempt)
  }

  /** An event of the client. Returns true for one that the core would print if it had no listener. */
  private _react(type: string, value: unknown): boolean {
    if (type === 'open') this._opened()
    else if (type === 'message' && this._state === OPEN) this._dispatch(copyMessage(this.platform.message!))
    else if (type === 'close') this._closed(value as CloseInfo)
    else if (type === 'retry') this.retries.attempted((value as RetryInfo).attempt)
    else if (type === 'stop') {
      this.shouldReconnect = false
      if (!this.isOneShot) this._dispatch(new Event('stop'))
    }
    // That of a close is dispatched with it.
    else if (type === 'error' && this.client.get().lastClose?.error !== value) this._failed(value as Error)
    return type === 'error'
  }

  private _started(dial: AbortSignal): void {
    this._dial = dial
    // If a connection has just been lost, its `close` event follows.
    if (this._state === CLOSED && (this.shouldReconnect || this.isOneShot)) this._state = CONNECTING
  }

  private _opened(): void {
    if (this._state) return // a listener has called `close()`, and the core follows
    this._dial = undefined
    this._state = OPEN
    this.retries.opened()
    this.queue.take((message) => this.readyState === OPEN && this.client.send(message))
    this._dispatch(new Event('open'))
  }

  private _closed(close: CloseInfo): void {
    const before = this._state
    const { cause, error, final } = close
    if (before === OPEN) this.retries.ended()
    if (before === CLOSED || this._failing !== undefined) return
    if (final) this.shouldReconnect = false
    const isClosedDial = !before && cause === 'user'
    // `reconnect()` has dispatched it, and the next dial has begun.
    if (isClosedDial && this._dial?.aborted === false) return
    this._end(isClosedDial ? { code: 1006 } : close, !this._hasFailed && (!before || cause === 'heartbeat'), error)
    // A listener of the platform's error has called `close()`.
    if (!this.shouldReconnect && !final) this.client.close()
  }

  /** Dispatches the end of a dial or connection. */
  private _end(close: { code: number }, isFailure: boolean, error?: Error): void {
    // Without a socket nothing has closed. A library that reconnects by itself needs the event.
    const hasClosed = this.platform.isUsed || this.isOneShot || !error
    this._reset()
    if (isFailure) this._failed(error)
    this._reset() // an `error` listener may have called `reconnect()`, and `close()`
    if (hasClosed) this._dispatch(new CloseEvent('close', close))
    if (this._dial?.aborted === false && this.shouldReconnect && this._state === CLOSED) this._state = CONNECTING
  }

  private _reset(): void {
    this.clock.clearTimeout(this._failing)
    this._failing = undefined
    this.platform.isUsed = this._hasFailed = false
    this._state = CLOSED
  }

  private _dispatch(event: globalThis.Event): void {
    this._target.dispatchEvent(event)
  }

  private _failed(...given: [error?: Error, message?: string]): void {
    this._dispatch(errorEvent(this.isOneShot, ...given))
  }
}
