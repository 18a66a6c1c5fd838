/** One simulated connection: a browser's socket, the server's socket, and a pipe in each direction. */

import type { FakeSocket } from '../../../packages/core/src/testing/fakeSocket.ts'
import { ARENA, type ArenaClock } from './clock.ts'
import { Pipe, type PipeConditions } from './pipe.ts'
import { ServerSocket, type ServerWire } from './serverSocket.ts'

/**
 * How long a browser waits for the answer to its close frame, in ms. Then it reports 1006. Measured: 20 s in Firefox 153, 60 s in Chromium
 * 156. The shortest is the best case for a library that waits for the event `close`.
 */
const CLOSE_TIMEOUT = 20_000
/** About the size of a handshake's request and response, in bytes. */
const REQUEST = 500
const RESPONSE = 150
const [CONNECTING, OPEN, CLOSING] = [0, 1, 2]

const sizeOf = (text: string): number => new TextEncoder().encode(text).length

/** `bufferedAmount` is what waits in the pipe, and what the socket itself adds after its end. */
const countBuffer = (socket: FakeSocket, pipe: Pipe): void => {
  let unsendable = 0
  Object.defineProperty(socket, 'bufferedAmount', {
    get: () => unsendable + pipe.waiting,
    set: (bytes: number) => {
      unsendable = bytes - pipe.waiting
    },
  })
}

export interface LinkOptions {
  clock: ArenaClock
  /** The client that has constructed the socket. */
  client: string
  socket: FakeSocket
  protocols: readonly string[]
  toServer: Readonly<PipeConditions>
  toClient: Readonly<PipeConditions>
  /** `passes` may have changed. */
  onChange: (link: Link) => void
  /** Neither end is left. */
  onEnd: (link: Link) => void
}

export class Link implements ServerWire {
  readonly client: string
  readonly socket: FakeSocket
  readonly protocols: readonly string[]
  readonly toServer: Pipe
  readonly toClient: Pipe
  server: ServerSocket | undefined
  private readonly _clock: ArenaClock
  private readonly _options: LinkOptions

  constructor(options: LinkOptions) {
    const { clock, client, socket, protocols, toServer, toClient } = options
    this._options = options
    this._clock = clock
    this.client = client
    this.socket = socket
    this.protocols = protocols
    const random = (): number => clock.as(`${client} network`, () => clock.random())
    const onChange = (): void => options.onChange(this)
    this.toServer = new Pipe(clock, toServer, ARENA, random, onChange)
    this.toClient = new Pipe(clock, toClient, client, random, onChange)
    countBuffer(socket, this.toServer)
    // Before the listeners of the page, which may report the status.
    socket.addEventListener('open', onChange)
    socket.server = {
      received: (data) => this._sendToServer(String(data)),
      closed: (code, reason) => this._closeByClient(code ?? 1005, reason),
    }
  }

  /** Whether both ends are open and bytes pass in both directions. */
  get passes(): boolean {
    const isOpen = this.socket.readyState === OPEN && this.server?.readyState === OPEN
    return isOpen && this.toServer.passes && this.toClient.passes
  }

  /** Bytes of the server that have not been sent yet. */
  get waiting(): number {
    return this.toClient.waiting
  }

  /** Sends the request of the handshake. `onRequest` calls `accept` or `refuse`. */
  request(onRequest: () => void): void {
    this.toServer.send(REQUEST, () => {
      if (this.socket.readyState === CONNECTING) onRequest()
      else this._ended()
    })
  }

  accept(protocol: string): ServerSocket {
    const server = new ServerSocket(this, protocol)
    this.server = server
    this.toClient.send(RESPONSE, () => {
      if (this.socket.readyState === CONNECTING) this.socket.open(protocol)
      else this._endAtServer()
    })
    return server
  }

  refuse(): void {
    this.toClient.send(RESPONSE, () => this.failAtClient())
  }

  /** The client's socket ends with 1006 after `delay` ms. The server does not notice it. */
  failAtClient(delay = 0): void {
    const fail = (): void => {
      this.socket.end(1006, '', false)
      this._ended()
    }
    this._clock.schedule(this.client, fail, delay)
  }

  /** Cuts the connection: both ends see 1006. */
  cut(): void {
    this.server?.receiveEnd()
    this._changed()
    this.failAtClient()
  }

  // Called by the server's end.

  sendText(text: string): void {
    this.toClient.send(sizeOf(text), () => this._receive(text))
  }

  sendPing(): void {
    const answer = (): void => {
      if (this.socket.readyState !== OPEN && this.socket.readyState !== CLOSING) return
      this.toServer.send(2, () => this.server?.receivePong())
    }
    this.toClient.send(2, answer)
  }

  sendClose(code: number, reason: string): void {
    this._changed()
    this.toClient.send(4 + sizeOf(reason), () => {
      this.socket.end(code, reason, true)
      this._sendEnd(4, (server) => server.receiveClose(code, reason))
      this._ended()
    })
  }

  terminate(): void {
    this._changed()
    this.toClient.clear()
    this.toClient.send(0, () => this.failAtClient())
  }

  private _receive(text: string): void {
    if (this.socket.readyState === OPEN) this.socket.receive(text)
  }

  private _sendToServer(text: string): void {
    this.toServer.send(sizeOf(text), () => this.server?.receiveText(text))
  }

  private _closeByClient(code: number, reason: string): void {
    this._sendEnd(4 + sizeOf(reason), (server) => server.receiveClose(code, reason))
    const giveUp = (): void => {
      if (this.socket.readyState !== CLOSING) return
      this.failAtClient()
      this._endAtServer()
    }
    this._clock.schedule(this.client, giveUp, CLOSE_TIMEOUT)
  }

  /** The client's end is gone. The server's end learns it, if the bytes pass. */
  private _endAtServer(): void {
    this._sendEnd(0, (server) => server.receiveEnd())
  }

  private _sendEnd(bytes: number, atServer: (server: ServerSocket) => void): void {
    this._changed()
    this.toServer.send(bytes, () => {
      if (this.server) atServer(this.server)
      this._changed()
    })
  }

  private _changed(): void {
    this._options.onChange(this)
  }

  private _ended(): void {
    this._changed()
    this._options.onEnd(this)
  }
}
