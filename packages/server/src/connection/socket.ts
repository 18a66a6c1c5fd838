/** The part of a `ws` WebSocket that the hub uses, so that a test can pass a scripted one. */

import type { CorkableSocket } from '../context/writeBatcher.ts'

/** The subprotocol of sessions. */
export const SUBPROTOCOL = 'holdfast.v1.json'

/** The stream under a WebSocket: the TCP socket, unless the application has passed another one to `handleUpgrade`. */
export interface SocketStream extends CorkableSocket {
  /** The bytes that were received, if the stream counts them. */
  readonly bytesRead?: number
  write(bytes: Buffer): unknown
}

/** A message as `ws` delivers it. */
export type RawData = string | Buffer | ArrayBuffer | Buffer[]

export interface NodeSocket {
  /** The negotiated subprotocol. */
  readonly protocol: string
  /** As in the WHATWG standard: 1 is open. */
  readonly readyState: number
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number
  send(data: string): void
  /** Sends UTF-8 bytes as a text frame. */
  send(data: Buffer, options: { binary: false }): void
  ping(): void
  /** Stops reading, so that TCP slows the client down. Without it, a client that sends too much is closed instead. */
  pause?(): void
  /** Continues reading. */
  resume?(): void
  close(code: number, reason: string): void
  /** Ends the connection without a closing handshake. */
  terminate(): void
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): unknown
}

/** Joins the parts of a message. A scripted socket may pass text, which is returned unchanged. */
export const joinData = (data: RawData): string | Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
