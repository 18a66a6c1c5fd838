/** The client's half of the protocol (PROTOCOL.md): what it sends on a connection, and what each received frame does. */

import { createAgeClock } from '../base/clock.ts'
import { guard } from '../base/guard.ts'
import type { SessionEvents, SessionHost } from '../client/session.ts'
import type { Codec } from '../messaging/codec.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportClose } from '../transport/transport.ts'
import { type Deliveries, createDeliveries } from './deliveries.ts'
import { NoSessionError, NotSentError, REPLACED, TOKEN_EXPIRED, UNAUTHORISED } from './errors.ts'
import {
  type Frame,
  SessionFrame,
  type Welcome,
  emitFrame,
  entries,
  isCount,
  parseFrame,
  presenceOf,
} from './frames.ts'
import type { ProtocolLink } from './protocolLink.ts'
import type { SessionOptions } from './sessionOptions.ts'
import { type Streams, createStreams } from './streams.ts'

export class SessionProtocol {
  readonly deliveries: Deliveries
  readonly streams: Streams
  sessionId: string | undefined
  isDisposed = false
  /** The token for the next `hello`. */
  token: string | undefined
  private readonly _host: SessionHost
  private readonly _codec: Codec<unknown, unknown>
  private readonly _options: SessionOptions
  private _link: ProtocolLink | undefined
  /** Whether the current connection has a session; undefined while there is no connection. */
  private _hasSession: boolean | undefined
  /** Frames may be sent: `welcome` was received. */
  private _wasWelcomed = false
  private _key: unknown
  /** The longest frame that the server accepts, in bytes. */
  private _maxBytes = Infinity
  /** Refusals of the token in a row. */
  private _refusals = 0
  /** `hello` frames without a `welcome`, including the current one. A late one may still take over the session (S2). */
  private _unansweredHellos = 0
  /** When to return, from `bye`, in the form of a close reason. */
  private _retryHint = ''

  constructor(host: SessionHost, codec: Codec<unknown, unknown>, options: SessionOptions) {
    this._host = host
    this._codec = codec
    this._options = options
    this.deliveries = createDeliveries(
      options.pending,
      () => (this._canSend ? (text) => this._sendText(text) : undefined),
      () => this._maxBytes,
      createAgeClock(host.clock),
    )
    this.streams = createStreams(
      options.streams ?? [],
      (frame) => this._send(frame),
      () => this._link?.endAfterGap(),
      (loss) => {
        // Losses that affect many clients at once get a longer wait, so that the clients do not all fetch at once. R5
        this.emit('resync', { ...loss, wait: host.clock.random() * (/epoch|none/.test(loss.reason) ? 10_000 : 1000) })
      },
    )
  }

  /** The last token was refused. */
  get needsFreshToken(): boolean {
    return this._refusals > 0
  }

  get isPlain(): boolean {
    return this._hasSession === false
  }

  /** `welcome` was received, and the connection still accepts frames. */
  private get _canSend(): boolean {
    return this._wasWelcomed && this._link!.canSendFrames
  }

  private _send(frame: object): void {
    if (this._canSend) this._sendText(JSON.stringify(frame))
  }

  private _sendText(text: string): void {
    guard(this._host, () => this._link!.sendFrame(text))
  }

  /** Wraps an encoded message of the application. @throws TypeError if it is binary or too long */
  wrap(frame: RawOutgoing): string {
    return emitFrame(this._codec, frame, this._maxBytes)
  }

  emit<Type extends keyof SessionEvents>(type: Type, value: SessionEvents[Type]): void {
    if (this.isDisposed) return
    const callback = `on${type[0]!.toUpperCase()}${type.slice(1)}` as 'onStream'
    guard(this._host, this._options[callback] as ((value: unknown) => void) | undefined, value)
    this._host.emit(type, value)
  }

  connected(link: ProtocolLink, hasSession: boolean): void {
    this._link = link
    this._hasSession = hasSession
    this._retryHint = ''
    if (!hasSession) return this.deliveries.end(new NoSessionError('the server has no sessions'))
    this._unansweredHellos++
    const req = this.sessionId && this.deliveries.unanswered()
    const identity = { token: this.token, sid: this.sessionId, key: this._key }
    this._sendText(JSON.stringify({ t: 'hello', v: 1, ...identity, ...this.streams.hello(), req }))
  }

  /** The client has left the connection: called before it dials again. */
  detach(): void {
    this._link = this._hasSession = undefined
    this._wasWelcomed = false
  }

  /** The connection ended. Returns the close with the session's own reason, if there is one. */
  closed(close: TransportClose): TransportClose {
    const hadSession = this._hasSession
    this.detach()
    if (!hadSession) return close
    const { code } = close
    const reason = close.reason || this._retryHint
    if (code === TOKEN_EXPIRED || code === UNAUTHORISED) {
      const final = this._refusals > 0 || !this._options.token
      this._refusals++
      return { ...close, reason, final, cause: final ? 'auth' : 'server' }
    }
    // S2: replaced by our own late `hello`.
    if (code === REPLACED && this._unansweredHellos > 0) {
      this._unansweredHellos--
      return { ...close, reason, final: false, cause: 'server' }
    }
    return { ...close, reason }
  }

  /** The client has no connection and wants none. */
  end(isDisposed: boolean): void {
    this.isDisposed ||= isDisposed
    this.sessionId = this._key = undefined
    this._refusals = this._unansweredHellos = 0
    this.deliveries.end(new NotSentError('closed'))
  }

  /** A frame was received. */
  message(data: unknown): void {
    guard(this._host, () => {
      const frame = parseFrame(data)
      if (this._wasWelcomed) this._handle(frame as Frame)
      else if ((frame as Frame).t === 'welcome') this._welcome(frame as Welcome)
    })
  }

  private _welcome({ sid, key, resumed, cseq, hb, max, streams, err }: Welcome): void {
    const link = this._link
    if (!link || typeof sid !== 'string' || typeof key !== 'string' || !isCount(cseq)) return
    const isResumed = resumed === true && sid === this.sessionId
    const [interval = 0, timeout = 0] = [hb].flat() as number[]
    this.sessionId = sid
    this._key = key
    this._refusals = 0
    this._unansweredHellos--
    this._maxBytes = (max as number) > 0 ? (max as number) : Infinity
    this._wasWelcomed = true
    const emitLosses = this.streams.welcome(streams)
    // `cseq` also settles refused messages, which must not count as applied.
    if (isResumed) for (const [seq, refusal] of entries(err)) this.deliveries.answer(+seq, undefined, refusal)
    const messages = this.deliveries.resume(isResumed, cseq)
    link.welcomed({
      ...(interval >= 1 && { interval }),
      ...(timeout >= 1 && { timeout }),
      ping: () => this._send({ t: 'ping', id: 1 }),
    }) // S3
    if (isResumed) this.emit('resumed', { sessionId: sid })
    if (messages.length) this.emit('unconfirmed', { messages })
    emitLosses()
  }

  private _handle(frame: Frame): void {
    const { t, s, d, seq, in: range } = frame
    if (t === 'ping') this._send({ t: 'pong', id: frame.id })
    if (this.streams.handle(frame)) {
      const stream = { stream: s as string, offset: frame.off as number, replayed: !!frame.re }
      return this._link?.message(new SessionFrame(d, stream))
    }
    if (t === 'emit' && d !== undefined) return this._link?.message(new SessionFrame(d, undefined))
    if (t === 'ack' && isCount(seq)) this.deliveries.ack(seq)
    if (t === 'res') this.deliveries.answer(seq, d, frame.e)
    if (t === 'bye' && range) this._retryHint = JSON.stringify({ in: range })
    const presence = t === 'pres' && presenceOf(frame)
    if (presence) this.emit('presence', presence)
    this._link?.activity(t === 'pong')
  }
}
