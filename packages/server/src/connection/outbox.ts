/** Sends the messages of the hub to one client, with a limit for what waits in the send buffer. */

import type { HubContext } from '../context/hubContext.ts'
import type { NodeSocket, SocketStream } from './socket.ts'
import { TextFrame } from './textFrame.ts'

/** The `readyState` in which `ws` sends messages. */
const OPEN = 1
/** Makes `ws` send the bytes as text. */
const TEXT = { binary: false } as const

export class Outbox {
  private readonly _context: HubContext
  private readonly _socket: NodeSocket
  private readonly _stream: SocketStream | undefined
  private _limit: number

  /** @param stream the stream under the WebSocket. Without it, frames are sent by the WebSocket */
  constructor(context: HubContext, socket: NodeSocket, stream: SocketStream | undefined) {
    this._context = context
    this._socket = socket
    this._stream = stream
    this._limit = context.limits.sendBuffer
  }

  /**
   * Returns false if the buffer is full. The message is then not sent. Several frames are sent as one message: all or none, and the limit
   * is raised by their length until the client has received most of them.
   */
  send(message: string | TextFrame | readonly TextFrame[]): boolean {
    const { limits } = this._context
    const waiting = this._socket.bufferedAmount
    if (waiting > this._limit) return false
    // `sendUnlimited` has lifted the limit, and sets it again when all is sent.
    if (waiting <= limits.sendBuffer && this._limit < Infinity) this._limit = limits.sendBuffer
    if (typeof message === 'string') this._sendFrame(new TextFrame(message))
    else if (message instanceof TextFrame) this._sendFrame(message)
    else {
      for (const frame of message) this._sendFrame(frame)
      const bytes = message.reduce((sum, { length }) => sum + length, 0)
      this._limit = Math.max(this._limit, bytes + limits.sendBuffer)
    }
    return true
  }

  /** Whether more waits than the limit allows, as during a replay. */
  get isFull(): boolean {
    return this._socket.bufferedAmount > this._context.limits.sendBuffer
  }

  /** Sends messages in one write, whatever waits in the buffer. */
  sendAll(frames: readonly TextFrame[]): void {
    const { stats } = this._context
    for (const { length } of frames) stats.sentBytes += length
    if (this._stream) this._write(Buffer.concat(frames.map(({ bytes }) => bytes)))
    else for (const { payload } of frames) this._socket.send(payload, TEXT)
  }

  /** Sends text, whatever waits in the buffer. */
  sendLast(text: string): void {
    this._sendFrame(new TextFrame(text))
  }

  /** Lifts the limit during the callback and for the bytes that it sends: replays have a limit of their own. */
  sendUnlimited(send: () => void): void {
    this._limit = Infinity
    send()
    this._limit = this._socket.bufferedAmount + this._context.limits.sendBuffer
  }

  private _sendFrame(frame: TextFrame): void {
    this._context.stats.sentBytes += frame.length
    if (this._stream) this._write(frame.bytes)
    else this._socket.send(frame.payload, TEXT)
  }

  private _write(bytes: Buffer): void {
    if (!this._stream || this._socket.readyState !== OPEN) return
    this._context.writeBatcher.hold(this._stream)
    this._stream.write(bytes)
  }
}
