/**
 * Finds where WebSocket frames begin and end in a stream of bytes, so that a proxy can count, hold, double and cut them. It only reads
 * lengths: bytes are passed on as they came, and nothing is checked or answered.
 */

/** A piece of one direction of a connection. */
export interface Piece {
  /** The bytes as they came. A frame is whole. */
  bytes: Buffer
  /** The HTTP head of the handshake, a frame, or what could not be read as either. */
  kind: 'head' | 'frame' | 'rest'
  /** Of a frame: 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  opcode?: number
  /** Of a whole text frame that is neither compressed nor longer than 64 KiB. */
  text?: string
}

const LONGEST_TEXT = 65_536
/** Of a request, or of the answer that takes it. */
const UPGRADE = /^(?:GET |HTTP\/1\.1 101)[^]*\r\nupgrade: *websocket\r\n/i
const HEAD_END = Buffer.from('\r\n\r\n')

export interface FrameScanner {
  /** Takes bytes as they come, and gives the pieces that are complete. */
  take(chunk: Buffer): Piece[]
  /** What is left when no more will come. */
  rest(): Piece[]
}

export function createFrameScanner(): FrameScanner {
  let left: Buffer = Buffer.alloc(0)
  let reading: 'head' | 'frames' | 'anything' = 'head'

  function next(): Piece | undefined {
    if (reading === 'frames') return takeFrame(left)
    if (reading === 'anything') return left.length > 0 ? { kind: 'rest', bytes: left } : undefined
    const head = takeHead(left)
    // An answer that refuses the upgrade, and plain HTTP, have no frames behind the head.
    if (head) reading = UPGRADE.test(head.bytes.toString('latin1')) ? 'frames' : 'anything'
    return head
  }

  return {
    take(chunk) {
      left = left.length === 0 ? chunk : Buffer.concat([left, chunk])
      const pieces: Piece[] = []
      for (let piece = next(); piece; piece = next()) {
        left = left.subarray(piece.bytes.length)
        pieces.push(piece)
      }
      return pieces
    },
    rest() {
      return left.length > 0 ? [{ kind: 'rest', bytes: left }] : []
    },
  }
}

function takeHead(from: Buffer): Piece | undefined {
  const end = from.indexOf(HEAD_END)
  return end < 0 ? undefined : { kind: 'head', bytes: from.subarray(0, end + HEAD_END.length) }
}

/** RFC 6455, 5.2. */
function takeFrame(from: Buffer): Piece | undefined {
  const [first, second] = from
  if (first === undefined || second === undefined) return undefined
  const short = second & 0x7f
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0
  const maskBytes = second & 0x80 ? 4 : 0
  const start = 2 + lengthBytes + maskBytes
  if (from.length < start) return undefined
  const length = lengthBytes === 8 ? Number(from.readBigUInt64BE(2)) : lengthBytes === 2 ? from.readUInt16BE(2) : short
  if (from.length < start + length) return undefined
  const opcode = first & 0x0f
  const bytes = from.subarray(0, start + length)
  const plain = (first & 0xf0) === 0x80 // final, and no bit of an extension
  if (opcode !== 1 || !plain || length > LONGEST_TEXT) return { kind: 'frame', bytes, opcode }
  const payload = Buffer.from(bytes.subarray(start))
  if (maskBytes) for (let i = 0; i < payload.length; i++) payload[i] = payload[i]! ^ from[start - 4 + (i & 3)]!
  return { kind: 'frame', bytes, opcode, text: payload.toString() }
}
