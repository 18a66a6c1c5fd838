/** The default transport: one platform WebSocket per dial. */

import { DialError, check, messageOf } from '../base/errors.ts'
import type { RawOutgoing } from './frame.ts'
import type { DialRequest, Transport, TransportLink, TransportSink } from './transport.ts'

/** Options of `webSocketTransport`, read at each dial. */
export interface WebSocketTransportOptions {
  /** How binary messages arrive. @default the platform's own: 'blob' in browsers */
  binaryType?: WebSocket['binaryType']
  /** The constructor. In Node before 22 pass the one of `ws`. @default globalThis.WebSocket */
  WebSocket?: new (url: string, protocols?: string | string[]) => Socket
}

/** The part of a WebSocket on which the types of the DOM and of `ws` agree. */
export type Socket = Pick<WebSocket, 'readyState' | 'bufferedAmount' | 'protocol' | 'close'> & {
  send(data: never): void
}

const CONNECTING = 0
const OPEN = 1

/** @throws OptionError if there is no constructor, as in Node before 22 */
export const constructorOf = ({
  WebSocket = globalThis.WebSocket,
}: WebSocketTransportOptions): NonNullable<WebSocketTransportOptions['WebSocket']> => {
  const isValid = typeof WebSocket === 'function'
  check(
    'WebSocket',
    WebSocket,
    isValid,
    'a constructor (in Node 20 pass the WebSocket of ws, for a server render lazy: true)',
  )
  return WebSocket
}

/** The reason of the platform, without quoted text: a subprotocol or a header may be secret. */
export const dialError = (cause: unknown, reason: string = messageOf(cause ?? '')): DialError => {
  const shown = reason && `: ${reason.replace(/(['"])[^]*?\1/g, '...')}`
  return new DialError(`could not dial${shown}`, { cause })
}

class WebSocketTransport implements Transport {
  private readonly _options: WebSocketTransportOptions

  constructor(options: WebSocketTransportOptions) {
    this._options = options
  }

  dial(request: DialRequest, sink: TransportSink): TransportLink {
    return new WebSocketLink(this._options, request, sink)
  }
}

/** Creates the transport that a client uses by default. */
export const webSocketTransport = (options: WebSocketTransportOptions = {}): Transport =>
  new WebSocketTransport(options)

class WebSocketLink implements TransportLink {
  socket: WebSocket | undefined

  constructor(options: WebSocketTransportOptions, { url, protocols }: DialRequest, sink: TransportSink) {
    try {
      const { binaryType } = options
      const WebSocket = constructorOf(options)
      const socket = (this.socket = new WebSocket(url, protocols ?? []) as globalThis.WebSocket)
      if (binaryType) socket.binaryType = binaryType
      this._listen(socket, sink)
    } catch (cause) {
      sink.closed({ cause: 'provider', error: dialError(cause) })
    }
  }

  get ready(): boolean {
    return this.socket?.readyState === OPEN
  }

  get bufferedAmount(): number {
    return this.socket!.bufferedAmount
  }

  send(frame: RawOutgoing): void {
    this.socket!.send(frame as string)
  }

  close(code: number, reason: string): void {
    this.socket!.onmessage = null
    this.socket!.close(code, reason)
  }

  abandon(code = 1000): void {
    const { socket } = this
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    // `ws` emits an error when a connecting socket is closed, and an unhandled error ends a Node process.
    socket.onerror = () => {}
    socket.close(code)
  }

  private _listen(socket: WebSocket, sink: TransportSink): void {
    const opened = (): void => {
      socket.onopen = null // not needed any more, and a server may hold thousands of sockets
      sink.opened(this, { protocol: socket.protocol ?? '' })
    }
    socket.onopen = opened
    socket.onmessage = (event) => sink.message(event.data)
    // The reason of a failed dial, if any: browsers report none, `ws` has a message.
    socket.onerror = (event) => {
      const { message, error } = event as ErrorEvent
      sink.error(dialError(error, message ? messageOf(message) : undefined))
      // The WebSocket of Node 22 emits no close event for a failed dial, and is still CONNECTING.
      if (socket.readyState === CONNECTING) sink.closed({ code: 1006, reason: '', wasClean: false })
    }
    socket.onclose = ({ code, reason, wasClean }) => sink.closed({ code, reason, wasClean })
    if (socket.readyState === OPEN) opened() // some WebSocket mocks are open from the start
  }
}
