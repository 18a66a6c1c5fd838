/** The server's end of a simulated connection, as the hub expects it of `ws`. */

import type { NodeSocket, RawData } from '../../../packages/server/src/connection/socket.ts'

const [OPEN, CLOSING, CLOSED] = [1, 2, 3]

/** What the server's end does to its connection. */
export interface ServerWire {
  readonly waiting: number
  sendText(text: string): void
  sendPing(): void
  sendClose(code: number, reason: string): void
  /** The server has ended the connection without a close frame. */
  terminate(): void
}

type Listener = (...args: never[]) => void

export class ServerSocket implements NodeSocket {
  readonly protocol: string
  readyState: number = OPEN
  private readonly _wire: ServerWire
  private readonly _listeners = new Map<string, Listener[]>()
  private _closed: { code: number; reason: string } | undefined

  constructor(wire: ServerWire, protocol: string) {
    this._wire = wire
    this.protocol = protocol
  }

  get bufferedAmount(): number {
    return this._wire.waiting
  }

  send(data: string | Uint8Array): void {
    if (this.readyState !== OPEN) return
    this._wire.sendText(typeof data === 'string' ? data : new TextDecoder().decode(data))
  }

  ping(): void {
    if (this.readyState === OPEN) this._wire.sendPing()
  }

  close(code: number, reason: string): void {
    if (this.readyState !== OPEN) return
    this.readyState = CLOSING
    this._wire.sendClose(code, reason)
  }

  terminate(): void {
    if (this.readyState === CLOSED) return
    this._end(1006, '')
    this._wire.terminate()
  }

  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): this
  on(event: 'close', listener: (code: number, reason: Buffer) => void): this
  on(event: 'error', listener: (error: Error) => void): this
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this
  on(event: string, listener: Listener): this {
    this._listeners.set(event, [...(this._listeners.get(event) ?? []), listener])
    return this
  }

  // Called by the connection.

  receiveText(text: string): void {
    if (this.readyState !== CLOSED) this._emit('message', Buffer.from(text), false)
  }

  receivePong(): void {
    if (this.readyState !== CLOSED) this._emit('pong', Buffer.from(''))
  }

  /** The client's close frame: it is answered, or it is the answer. */
  receiveClose(code: number, reason: string): void {
    if (this.readyState === CLOSED) return
    if (this.readyState === OPEN) this._wire.sendClose(code, reason)
    this._end(code, reason)
  }

  /** The connection has ended without a close frame of the client. */
  receiveEnd(): void {
    this._end(1006, '')
  }

  private _end(code: number, reason: string): void {
    if (this._closed) return
    this._closed = { code, reason }
    this.readyState = CLOSED
    this._emit('close', code, Buffer.from(reason))
  }

  private _emit(event: string, ...args: unknown[]): void {
    for (const listener of this._listeners.get(event) ?? []) listener(...(args as never[]))
  }
}
