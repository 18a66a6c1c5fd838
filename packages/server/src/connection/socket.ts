/** The part of a `ws` WebSocket that the hub uses, so that a test can pass a scripted one. */

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
