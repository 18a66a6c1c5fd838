/**
 * A text message as a whole WebSocket frame (RFC 6455, section 5.2), encoded once for all clients. The public methods of `ws` make a frame
 * for each client and write its header and its payload separately, which takes up to half of the time that the hub needs for a message.
 */

/** The final frame of a text message, not masked. */
const FIN_TEXT = 0x81
/** These lengths mean that the length is in the next 2 or 8 bytes. */
const LENGTH_16 = 126
const LENGTH_64 = 127

export class TextFrame {
  /** The frame, for the TCP socket. */
  readonly bytes: Buffer
  /** The length of the message in UTF-8. */
  readonly length: number

  constructor(text: string) {
    const length = Buffer.byteLength(text)
    const header = length < LENGTH_16 ? 2 : length < 2 ** 16 ? 4 : 10
    const bytes = Buffer.allocUnsafe(header + length)
    bytes[0] = FIN_TEXT
    bytes[1] = header === 2 ? length : header === 4 ? LENGTH_16 : LENGTH_64
    if (header === 4) bytes.writeUInt16BE(length, 2)
    if (header === 10) bytes.writeBigUInt64BE(BigInt(length), 2)
    bytes.write(text, header)
    this.bytes = bytes
    this.length = length
  }

  /** The message, in UTF-8. */
  get payload(): Buffer {
    return this.bytes.subarray(this.bytes.length - this.length)
  }
}
