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
import type { SessionProtocol } from './protocol.ts'
import type { ProtocolLink } from './protocolLink.ts'
import { AWAY, GAP } from './sessionCloseCodes.ts'
import type { SessionOptions } from './sessionOptions.ts'

/** Offered after the application's own subprotocols. */
const SUBPROTOCOL = 'holdfast.v1.json'

type Sink = TransportSink<RawMessage | SessionFrame>

export class SessionTransport implements Transport<RawMessage | SessionFrame> {
  readonly inner: Transport
  readonly protocol: SessionProtocol
  private readonly _getToken: SessionOptions['token']
  /** Whether the next dial offers the protocol. False after a dial with the offer failed, which may have been the reason. */
  offers = true
  /**
   * Whether it is known that the server supports sessions, or does not: `welcome` was received; or a dial with the offer failed between
   * two dials without it that succeeded.
   */
  isSupportKnown = false

  constructor(inner: Transport, protocol: SessionProtocol, getToken: SessionOptions['token']) {
    this.inner = inner
    this.protocol = protocol
    this._getToken = getToken
  }

  dial(request: DialRequest, sink: Sink): TransportLink {
    const link = new SessionLink(this, request, sink)
    const getToken = this._getToken
    if (!getToken) {
      link.connect(this.offers)
      return link
    }
    const { attempt, lastClose, signal } = request
    const context = { attempt, lastClose, signal, refresh: this.protocol.needsFreshToken }
    const connect = (token: string): void => {
      if (signal.aborted) return
      this.protocol.token = token
      link.connect(this.offers)
    }
    const fail = (cause: unknown): void =>
      sink.closed({ cause: 'provider', error: new DialError('could not dial', { cause }) })
    new Promise<string>((resolve) => resolve(getToken(context))).then(connect, fail)
    return link
  }

  /** Forgets that the server seemed to be plain. A server that once sent `welcome` stays known. */
  probeAgain(): void {
    this.isSupportKnown &&= this.offers
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
    this._transport.protocol.detach()
    this._inner?.abandon(code ?? (this._hasSession ? AWAY : undefined))
  }

  // Called by the protocol.

  welcomed(heartbeat: TransportHeartbeat): void {
    this._transport.isSupportKnown = true
    this._open(heartbeat)
  }

  message(frame: SessionFrame): void {
    this._sink.message(frame)
  }

  activity(isReply: boolean): void {
    this._sink.activity(isReply)
  }

  endAfterGap(): void {
    this._sink.closed({ code: GAP, reason: 'gap', cause: 'network' })
  }

  // The dial.

  /** @param offer whether to offer the session protocol */
  connect(offer: boolean): void {
    this._inner?.abandon()
    const { inner, protocol } = this._transport
    const requested = this._request.protocols
    const protocols = offer ? [requested ?? [], SUBPROTOCOL].flat() : requested
    let isOpen = false
    /** A failed offer is not reported: the link connects once more without it. */
    const isTrial = (): boolean => offer && this._isRetryingOffer && !isOpen
    const link = inner.dial(
      { ...this._request, protocols },
      {
        opened: (opened, info) => {
          isOpen = true
          this._accepted(offer, opened, info)
        },
        message: (frame) => (this._hasSession ? protocol.receive(frame) : this._sink.message(frame)),
        activity: (isReply) => this._sink.activity(isReply),
        error: (error) => {
          if (!isTrial()) this._sink.error(error)
        },
        closed: (close) => (isTrial() ? this.connect(false) : this._closed(close, !offer || isOpen)),
      },
    )
    if (!isOpen) this._inner = link // `_accepted` has set it if the transport opened during `dial()`
  }

  private _accepted(offer: boolean, link: TransportLink, { protocol: subprotocol }: TransportInfo): void {
    const transport = this._transport
    this._inner = link
    if (!offer && !transport.isSupportKnown && !this._isRetryingOffer) {
      this._isRetryingOffer = true
      return this.connect(true)
    }
    this._subprotocol = subprotocol
    this._hasSession = subprotocol === SUBPROTOCOL
    transport.offers = offer
    transport.isSupportKnown ||= !offer
    transport.protocol.connected(this, this._hasSession)
    if (!this._hasSession) this._open()
  }

  private _open(heartbeat?: TransportHeartbeat): void {
    this._isReady = true
    this._sink.opened(this, { protocol: this._subprotocol, heartbeat })
  }

  private _closed(close: TransportClose, mayOffer: boolean): void {
    const transport = this._transport
    if (!transport.isSupportKnown) transport.offers = mayOffer
    this._sink.closed(transport.protocol.closed(close))
  }
}
