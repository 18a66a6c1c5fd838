/**
 * Offers the session protocol over another transport, and falls back to plain messages when the server does not choose it. A link
 * opens after `welcome` (PROTOCOL.md), or at once if the server is plain.
 */

import { providerError } from '../base/errors.ts'
import type { RawMessage } from '../transport/frame.ts'
import type { DialRequest, Transport, TransportLink } from '../transport/transport.ts'
import type { SessionFrame } from './frames.ts'
import type { SessionProtocol } from './protocol.ts'
import { type Negotiation, SessionLink, type SessionSink } from './sessionLink.ts'
import type { SessionOptions } from './sessionOptions.ts'

export class SessionTransport implements Transport<RawMessage | SessionFrame>, Negotiation {
  readonly inner: Transport
  readonly protocol: SessionProtocol
  private readonly _getToken: SessionOptions['token']
  offers = true
  isSupportKnown = false

  constructor(inner: Transport, protocol: SessionProtocol, getToken: SessionOptions['token']) {
    this.inner = inner
    this.protocol = protocol
    this._getToken = getToken
  }

  dial(request: DialRequest, sink: SessionSink): TransportLink {
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
    const fail = (cause: unknown): void => sink.closed({ cause: 'provider', error: providerError('token', cause) })
    new Promise<string>((resolve) => resolve(getToken(context))).then(connect, fail)
    return link
  }

  /** Forgets that the server seemed to be plain. A server that once sent `welcome` stays known. */
  probeAgain(): void {
    this.isSupportKnown &&= this.offers
    this.offers = true
  }
}
