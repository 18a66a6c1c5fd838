// Encodes frames of numbered messages directly into one buffer, so that this process uses little CPU while a client is measured.

/**
 * @typedef {object} Shape
 * @property {number} bytes in each message, without its frame
 * @property {boolean} binary
 */

const TEXT = 0x81
const BINARY = 0x82
/** The length of the longest decimal number and a space. */
const DIGITS = 11

/**
 * @param {Shape} shape
 * @returns {(first: number, count: number) => Buffer} the frames of this many messages: a text is the number, a space, and
 *   padding; a binary message begins with the number as a big-endian uint32
 */
export function createFramer({ bytes, binary }) {
  const header = headerOf(bytes, binary)
  const template = Buffer.concat([header, Buffer.alloc(bytes, binary ? 0x2e : '.')])
  const size = template.length
  return (first, count) => {
    const block = Buffer.allocUnsafe(size * count)
    for (let index = 0, at = 0; index < count; index++, at += size) {
      template.copy(block, at)
      if (binary) block.writeUInt32BE(first + index, at + header.length)
      else block.write(`${first + index} `, at + header.length, Math.min(bytes, DIGITS), 'latin1')
    }
    return block
  }
}

/**
 * @param {number} bytes
 * @param {boolean} binary
 */
function headerOf(bytes, binary) {
  const first = binary ? BINARY : TEXT
  if (bytes < 126) return Buffer.from([first, bytes])
  const long = bytes > 0xff_ff
  const header = Buffer.alloc(long ? 10 : 4)
  header.writeUInt16BE((first << 8) | (long ? 127 : 126))
  if (long) header.writeBigUInt64BE(BigInt(bytes), 2)
  else header.writeUInt16BE(bytes, 2)
  return header
}
