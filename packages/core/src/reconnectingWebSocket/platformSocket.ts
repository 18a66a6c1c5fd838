/** The transport of the class: a WebSocket per dial as in the default one, with what the class needs of the platform and the core does not. */

import type { DialRequest, Transport, TransportLink, TransportSink } from '../transport/transport.ts'
import { type WebSocketTransportOptions, constructorOf, webSocketTransport } from '../transport/webSocketTransport.ts'
import type { CloseArguments } from './arguments.ts'

/** For a program that later replaces the global one by the class. */
const original = globalThis.WebSocket

/** Never the class itself. Null, which is no constructor, if there is none. */
export const globalConstructor = (): NonNullable<WebSocketTransportOptions['WebSocket']> => {
  const { WebSocket } = globalThis as Partial<typeof globalThis>
  return (WebSocket && 'with' in WebSocket ? original : WebSocket) ?? (null as never)
}

export class PlatformSocket implements Transport {
  /** Of the current dial, or of the last one. */
  socket: WebSocket | undefined
  /** The current dial or connection has a socket. */
  isUsed = false
  /** Of the class's `close()`. */
  closeArguments: CloseArguments | undefined
  /** The last message, as the platform dispatched it. */
  message: MessageEvent | undefined
  private readonly _options: () => WebSocketTransportOptions
  private readonly _failed: (event: globalThis.Event) => void
  private _binaryType: WebSocket['binaryType'] = 'blob'

  /**
   * @param options read at each dial
   * @param failed receives the platform's `error` events
   */
  constructor(options: () => WebSocketTransportOptions, failed: (event: globalThis.Event) => void) {
    this._options = options
    this._failed = failed
  }

  get binaryType(): WebSocket['binaryType'] {
    return this.socket?.binaryType ?? this._binaryType
  }

  /** `ws` has more types than browsers. */
  set binaryType(given) {
    const type = `${given}` as const
    if (!/^(blob|arraybuffer|nodebuffer|fragments)$/.test(type)) return
    this._binaryType = type
    if (this.socket) this.socket.binaryType = type
  }

  /** @throws OptionError if there is no constructor */
  check(): void {
    constructorOf(this._options())
  }

  dial(request: DialRequest, sink: TransportSink): TransportLink {
    const link = webSocketTransport({ ...this._options(), binaryType: this._binaryType }).dial(request, sink)
    const socket = (this.socket = link.socket)
    this.isUsed = !!socket
    this.closeArguments = undefined
    if (!socket) return link
    socket.onmessage = (event) => {
      this.message = event
      sink.message(event.data)
    }
    const { onerror } = socket
    socket.onerror = (event) => {
      this._failed(event)
      onerror!.call(socket, event)
    }
    link.close = (...given) => {
      socket.onmessage = null
      // A bare `close()` ends with 1005 (WHATWG), which the core cannot request.
      socket.close(...(this.closeArguments ?? given))
    }
    return link
  }
}
