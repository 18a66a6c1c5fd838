/**
 * Offers the session protocol over another transport, and falls back to plain messages when the server does not choose it. A link
 * opens after `welcome` (PROTOCOL.md), or at once if the server is plain.
 */

import { DialError } from '../base/errors.ts'
import type { RawMessage, RawOutgoing } from '../transport/frame.ts'
import type {
  DialRequest,
  Transport,
  TransportClose,
  TransportHeartbeat,
  TransportInfo,
  TransportLink,
  TransportSink,
} from '../transport/transport.ts'
import type { SessionFrame } from './frames.ts'
import type { ProtocolLink, SessionProtocol } from './protocol.ts'
import type { SessionOptions } from './sessionOptions.ts'

/** Offered after the application's own subprotocols. */
const SUBPROTOCOL = 'holdfast.v1.json'
/** Close code of a client that is going to return, so that the server keeps the session: 1000 would end it. */
const AWAY = 4004

type Sink = TransportSink<RawMessage | SessionFrame>

export class SessionTransport implements Transport<RawMessage | SessionFrame> {
  readonly inner: Transport
  readonly protocol: SessionProtocol
  private readonly _token: SessionOptions['token']
  /** Whether a dial offers the protocol. Not after an offer has failed, since the offer may be the reason: the next dial finds out. */
  offers = true
  /**
   * It is known whether the server supports sessions: it sent `welcome`, or it accepted a dial without the offer right before and
   * right after it refused one with it.
   */
  isKnown = false

  constructor(inner: Transport, protocol: SessionProtocol, token: SessionOptions['token']) {
    this.inner = inner
    this.protocol = protocol
    this._token = token
  }

  dial(request: DialRequest, sink: Sink): TransportLink {
    const link = new SessionLink(this, request, sink)
    const token = this._token
    if (!token) {
      link.connect(this.offers)
      return link
    }
    const { attempt, lastClose, signal } = request
    const context = { attempt, lastClose, signal, refresh: this.protocol.needsFreshToken }
    const connect = (secret: string): void => {
      if (signal.aborted) return
      this.protocol.secret = secret
      link.connect(this.offers)
    }
    const fail = (cause: unknown): void =>
      sink.closed({ cause: 'provider', error: new DialError('could not dial', { cause }) })
    new Promise<string>((resolve) => resolve(token(context))).then(connect, fail)
    return link
  }

  /** Forgets that the server seemed to be plain. A server that once sent `welcome` stays known. */
  probeAgain(): void {
    this.isKnown &&= this.offers
    this.offers = true
  }
}

class SessionLink implements TransportLink, ProtocolLink {
  private readonly _transport: SessionTransport
  private readonly _request: DialRequest
  private readonly _sink: Sink
  private _inner: TransportLink | undefined
  private _subprotocol = ''
  private _isReady = false
  private _hasSession = false
  /** A dial without the offer was accepted, so the server is there; the offer is being tried once more. */
  private _isRetryingOffer = false
  /** Counts the dials of the inner transport: events of an earlier one are ignored. */
  private _dialNumber = 0
  private _isAbandoned = false

  constructor(transport: SessionTransport, request: DialRequest, sink: Sink) {
    this._transport = transport
    this._request = request
    this._sink = sink
  }

  get ready(): boolean {
    return this._isReady && this.canSendFrames
  }

  get canSendFrames(): boolean {
    return !!this._inner?.ready
  }

  get bufferedAmount(): number {
    return this._inner!.bufferedAmount
  }

  get socket(): WebSocket | undefined {
    return this._inner?.socket
  }

  send(frame: RawOutgoing): void {
    this._inner!.send(this._hasSession ? this._transport.protocol.wrap(frame) : frame)
  }

  sendFrame(text: string): void {
    this._inner!.send(text)
  }

  close(code: number, reason: string): void {
    this._transport.protocol.detach()
    this._inner!.close(code, reason)
  }

  abandon(code?: number): void {
    this._isAbandoned = true
    this._transport.protocol.detach()
    this._inner?.abandon(code ?? (this._hasSession ? AWAY : undefined))
  }

  // Called by the protocol.

  welcomed(heartbeat: TransportHeartbeat): void {
    this._transport.isKnown = true
    this._open(heartbeat)
  }

  message(frame: SessionFrame): void {
    this._sink.message(frame)
  }

  activity(isReply: boolean): void {
    this._sink.activity(isReply)
  }

  lostMessage(): void {
    this._sink.closed({ code: 4002, reason: 'gap', cause: 'network' })
  }

  // The dial.

  /** @param offer whether to offer the session protocol */
  connect(offer: boolean): void {
    if (this._isAbandoned) return
    this._inner?.abandon()
    const dialNumber = ++this._dialNumber
    const isCurrent = (): boolean => dialNumber === this._dialNumber && !this._isAbandoned
    const { inner, protocol } = this._transport
    const chosen = this._request.protocols
    const protocols = offer ? [chosen ?? [], SUBPROTOCOL].flat() : chosen
    let isOpen = false
    /** A failed offer is not reported: the link connects once more without it. */
    const isTrial = (): boolean => offer && this._isRetryingOffer && !isOpen
    const link = inner.dial(
      { ...this._request, protocols },
      {
        opened: (opened, info) => {
          isOpen = true
          if (isCurrent()) this._accepted(offer, opened, info)
        },
        message: (frame) => {
          if (isCurrent()) (this._hasSession ? protocol : this._sink).message(frame)
        },
        activity: (isReply) => {
          if (isCurrent()) this._sink.activity(isReply)
        },
        error: (error) => {
          if (isCurrent() && !isTrial()) this._sink.error(error)
        },
        closed: (close) => {
          if (!isCurrent()) return
          if (isTrial()) this.connect(false)
          else this._closed(close, !offer || isOpen)
        },
      },
    )
    // The dial may have failed, or the client may have given up, during `dial()`.
    if (isCurrent()) this._inner = link
    else link.abandon()
  }

  private _accepted(offer: boolean, link: TransportLink, { protocol }: TransportInfo): void {
    const transport = this._transport
    this._inner = link
    if (!offer && !transport.isKnown && !this._isRetryingOffer) {
      this._isRetryingOffer = true
      return this.connect(true)
    }
    this._subprotocol = protocol
    this._hasSession = protocol === SUBPROTOCOL
    transport.offers = offer
    transport.isKnown ||= !offer
    transport.protocol.connected(this, this._hasSession)
    if (!this._hasSession) this._open()
  }

  private _open(heartbeat?: TransportHeartbeat): void {
    this._isReady = true
    this._sink.opened(this, { protocol: this._subprotocol, heartbeat })
  }

  private _closed(close: TransportClose, mayOffer: boolean): void {
    const transport = this._transport
    // A constructor that throws says nothing about the server.
    if (!transport.isKnown && close.cause !== 'provider') transport.offers = mayOffer
    this._sink.closed(transport.protocol.closed(close))
  }
}
