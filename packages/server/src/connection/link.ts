/** One WebSocket connection of a client, without knowledge of frames: an inbox with rate limits, a send buffer with a limit, a heartbeat. */

import type { IncomingMessage } from 'node:http'
import type { HeartbeatTarget } from '../context/heartbeats.ts'
import type { HubContext } from '../context/hubContext.ts'
import { RequestReleasedError } from '../errors.ts'
import { type Fault, countClose } from '../metrics/stats.ts'
import { CLOSE_CODES, type ReconnectHint, byeFrame, closeReason, violationCode } from '../protocol/closeCodes.ts'
import { Inbox, type InboxHost, type InboxLoad, type Message } from './inbox.ts'
import type { Accepted, LinkHost } from './linkHost.ts'
import { Outbox } from './outbox.ts'
import { type NodeSocket, type RawData, SUBPROTOCOL, type SocketStream, joinData } from './socket.ts'
import type { TextFrame } from './textFrame.ts'
import { TokenBucket } from './tokenBucket.ts'

/** How long the client may take to answer a close frame, in ms. */
const CLOSE_TIMEOUT = 10_000

export class Link implements InboxHost, HeartbeatTarget {
  readonly number: number
  readonly socket: NodeSocket
  readonly outbox: Outbox
  /** False as soon as either side closes. */
  open = true
  hasReceived = false
  bytesAtPing: number | undefined
  failure: { readonly error: unknown } | undefined
  private readonly _context: HubContext
  private readonly _host: LinkHost
  private readonly _stream: SocketStream | undefined
  private _request: IncomingMessage | undefined
  /** Created with the first message that waits. */
  private _inbox: Inbox | undefined
  /** For pings and pongs of any kind. They do not wait in the inbox. */
  private _controls: TokenBucket | undefined
  /** The code that the hub sent. */
  private _sentCode: number | undefined
  private _cancelCloseTimeout: (() => void) | undefined

  /** No method of the host is called before the constructor returns. */
  constructor(context: HubContext, { socket, request, stream, number }: Accepted, host: LinkHost) {
    this.number = number
    this.socket = socket
    this._context = context
    this._host = host
    this._stream = stream
    this.outbox = new Outbox(context, socket, stream)
    this._request = request
    // One function for three events: each function needs about 200 bytes per connection.
    const onRareEvent = (event: Buffer | Error): void =>
      event instanceof Error ? this.closeFaulty('badFrames', violationCode(event), event.message) : this._countControl()
    socket.on('message', (data, isBinary) => this._receive(data, isBinary))
    socket.on('ping', onRareEvent)
    socket.on('pong', onRareEvent)
    // `close` follows each error. Without a listener, an `error` event would end the process.
    socket.on('error', onRareEvent)
    socket.on('close', (code, reason) => this._end(code, reason))
  }

  /** Whether the client uses plain WebSocket. */
  get plain(): boolean {
    return this.socket.protocol !== SUBPROTOCOL
  }

  /** @throws RequestReleasedError */
  get request(): IncomingMessage {
    if (!this._request) throw new RequestReleasedError()
    return this._request
  }

  /** The request needs as much memory as the rest of an idle connection. */
  releaseRequest(): void {
    this._request = undefined
  }

  /** Sends text, or frames that were encoded once for many clients, as one message. Closes the link if its buffer is full. */
  send(message: string | TextFrame | readonly TextFrame[]): void {
    if (this.open && !this.outbox.send(message)) this.closeSlow()
  }

  /** The client reads more slowly than the hub sends. */
  closeSlow(): void {
    this.closeFaulty('slow', CLOSE_CODES.slowConsumer, 'too slow')
  }

  /** Closes because of the client, and counts it. Does nothing if the link has closed, or without a code. */
  closeFaulty(fault: Fault, code: number | undefined, reason: string, hint?: ReconnectHint): void {
    if (code === undefined || !this.open) return
    this._context.stats[fault]++
    this.close(code, reason, hint)
  }

  /** Reports a failure of the store, the application or the hub, and closes with 1011. Only once, so that each 1011 has one error. */
  fail(error: unknown): void {
    if (this.failure) return
    this.failure = { error }
    this._context.report(error)
    this.close(CLOSE_CODES.internalError, 'the server has failed')
  }

  startHeartbeat(): void {
    if (this.open) this._context.heartbeats.start(this)
  }

  /** Ignores all messages that are not handled yet. The link must be closed. Resolves when the running handler has finished. */
  async halt(): Promise<void> {
    await this._inbox?.halt()
  }

  /** Resolves when no message is handled or waits. */
  async idle(): Promise<void> {
    await this._inbox?.idle()
  }

  /** Returns the messages that wait or are handled. */
  load(): InboxLoad {
    return this._inbox?.load() ?? { tasks: 0, bytes: 0 }
  }

  /** Sends `bye` to a session, closes the socket, and ignores all later input. */
  close(code: number, reason: string, hint?: ReconnectHint): void {
    if (!this.open) return
    // A slow consumer gets no `bye`, because its buffer is full.
    if (!this.plain && code !== CLOSE_CODES.slowConsumer) this.outbox.sendLast(byeFrame(code, reason, hint))
    this._stop()
    this._sentCode = code
    this._cancelCloseTimeout = this._context.timers.after(CLOSE_TIMEOUT, () => this.socket.terminate())
    this._host.onClosing(code, reason)
    this.socket.close(code, closeReason(reason, hint))
  }

  /** Ends the socket without a closing handshake. */
  terminate(): void {
    this._stop()
    this.socket.terminate()
  }

  handle(message: Message): Promise<void> | undefined {
    return this._host.onMessage(message)
  }

  onStalled(): void {
    this.hasReceived = true
    if (this.open) this._host.onStalled()
  }

  onOverflow(): void {
    this.closeFaulty('floods', CLOSE_CODES.rateLimited, 'rate limited', [1000, 5000])
  }

  bytesRead(): number | undefined {
    return this._stream?.bytesRead
  }

  sendPing(): void {
    this.socket.ping()
    this._host.onPing()
  }

  onHeartbeatTimeout(): void {
    this._context.stats.dead++
    this.terminate()
  }

  private _receive(data: RawData, isBinary: boolean): void {
    this.hasReceived = true
    if (!this.open) return
    const { limits, stats } = this._context
    const received = joinData(data)
    const length = Buffer.byteLength(received)
    stats.receivedBytes += length
    if (length > limits.frame)
      return this.closeFaulty('badFrames', CLOSE_CODES.messageTooBig, `above ${limits.frame} bytes`)
    const message = isBinary ? received : received.toString()
    if (this._host.onArrival(message)) this._countControl()
    else (this._inbox ??= new Inbox(this._context, this)).add(message)
  }

  private _countControl(): void {
    this.hasReceived = true
    const { clock, limits } = this._context
    if (!this.open || (this._controls ??= new TokenBucket(clock, limits.rate, limits.burst)).take(1)) return
    const refill = Math.ceil((1000 * limits.burst) / limits.rate)
    this.closeFaulty('floods', CLOSE_CODES.rateLimited, 'rate limited', [refill, 2 * refill])
  }

  private _stop(): void {
    this.open = false
    this._context.heartbeats.stop(this)
    // What was received is still handled. The socket must be read, or its end would not be noticed.
    this._inbox?.release()
  }

  private _end(code: number, reason: Buffer): void {
    this._stop()
    this._cancelCloseTimeout?.()
    countClose(this._context.stats, code, this._sentCode)
    this._host.onClosed({ code, reason: reason.toString() })
  }
}
