/** As much of a WebSocket of `ws` as the hub needs, so that a test can hand it a scripted one. */

/** What `ws` hands over as a message. */
export type RawData = string | Buffer | ArrayBuffer | Buffer[]

export interface NodeSocket {
  /** The subprotocol that was chosen. */
  readonly protocol: string
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number
  send(data: string): void
  /** Text, in UTF-8. */
  send(data: Buffer, options: { binary: false }): void
  ping(): void
  close(code: number, reason: string): void
  /** Ends the link without a handshake. */
  terminate(): void
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown
  on(event: 'close', listener: (code: number, reason: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): unknown
}

/** A message as one buffer, or as the text that a scripted socket gives. */
export const joined = (data: RawData): string | Buffer => {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? Buffer.from(data) : data
}
