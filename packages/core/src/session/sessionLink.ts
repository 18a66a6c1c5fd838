/** One dial of a session: the dials of the transport below that it needs, and the connection that opens after `welcome`. */

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
import { AWAY, GAP } from './errors.ts'
import type { SessionFrame } from './frames.ts'
import type { SessionProtocol } from './protocol.ts'
import type { ProtocolLink } from './protocolLink.ts'

/** Offered after the application's own subprotocols. */
const SUBPROTOCOL = 'holdfast.v1.json'

export type SessionSink = TransportSink<RawMessage | SessionFrame>

/** What all dials of a client share. */
export interface Negotiation {
  /** The transport below the session. */
  readonly inner: Transport
  readonly protocol: SessionProtocol
  /** Whether the next dial offers the protocol. False after a dial with the offer failed, which may have been the reason. */
  offers: boolean
  /**
   * Whether it is known that the server supports sessions, or does not: `welcome` was received; or a dial with the offer failed between
   * two dials without it that succeeded.
   */
  isSupportKnown: boolean
}

export class SessionLink implements TransportLink, ProtocolLink {
  private readonly _transport: Negotiation
  private readonly _request: DialRequest
  private readonly _sink: SessionSink
  private _inner: TransportLink | undefined
  private _subprotocol = ''
  private _isReady = false
  private _hasSession = false
  /** A dial without the offer was accepted, so the server is there; the offer is being tried once more. */
  private _isRetryingOffer = false
  /** Counts the dials of the inner transport: events of an earlier one are ignored. */
  private _dialNumber = 0
  private _isAbandoned = false

  constructor(transport: Negotiation, request: DialRequest, sink: SessionSink) {
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
    const dialNumber = ++this._dialNumber
    const isCurrent = (): boolean => dialNumber === this._dialNumber && !this._isAbandoned
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
    // A constructor that throws proves nothing about the server.
    if (!transport.isSupportKnown && close.cause !== 'provider') transport.offers = mayOffer
    this._sink.closed(transport.protocol.closed(close))
  }
}
