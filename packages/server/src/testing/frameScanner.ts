/**
 * Finds the boundaries of WebSocket frames in a stream of bytes, so that a proxy can count, hold, duplicate and cut frames. It only reads
 * lengths. It does not validate frames and does not change their bytes.
 */

/** A part of one direction of a connection. */
export interface Piece {
  /** The original bytes. A frame is complete. */
  bytes: Buffer
  /** The HTTP head of the handshake, a frame, or bytes that are neither. */
  kind: 'head' | 'frame' | 'rest'
  /** The opcode of a frame: 1 text, 2 binary, 0 continuation, 8 close, 9 ping, 10 pong. */
  opcode?: number
  /** The text of a whole, uncompressed text frame of up to 64 KiB. */
  text?: string
}

const MAX_TEXT_BYTES = 65_536
/** The head of an upgrade request, or of the response that accepts it. */
const UPGRADE = /^(?:GET |HTTP\/1\.1 101)[^]*\r\nupgrade: *websocket\r\n/i
const HEAD_END = Buffer.from('\r\n\r\n')

export interface FrameScanner {
  /** Adds bytes and returns the pieces that are complete. */
  scan(chunk: Buffer): Piece[]
  /** Returns the incomplete rest at the end of the stream. */
  flush(): Piece[]
}

export const createFrameScanner = (): FrameScanner => {
  let left: Buffer = Buffer.alloc(0)
  let reading: 'head' | 'frames' | 'anything' = 'head'

  const next = (): Piece | undefined => {
    if (reading === 'frames') return readFrame(left)
    if (reading === 'anything') return left.length > 0 ? { kind: 'rest', bytes: left } : undefined
    const head = readHead(left)
    // Plain HTTP, and a response that refuses the upgrade, have no frames after the head.
    if (head) reading = UPGRADE.test(head.bytes.toString('latin1')) ? 'frames' : 'anything'
    return head
  }

  return {
    scan(chunk) {
      left = left.length === 0 ? chunk : Buffer.concat([left, chunk])
      const pieces: Piece[] = []
      for (let piece = next(); piece; piece = next()) {
        left = left.subarray(piece.bytes.length)
        pieces.push(piece)
      }
      return pieces
    },
    flush() {
      return left.length > 0 ? [{ kind: 'rest', bytes: left }] : []
    },
  }
}

const readHead = (from: Buffer): Piece | undefined => {
  const end = from.indexOf(HEAD_END)
  return end < 0 ? undefined : { kind: 'head', bytes: from.subarray(0, end + HEAD_END.length) }
}

/** Reads a frame of RFC 6455, section 5.2. Returns undefined if it is incomplete. */
const readFrame = (from: Buffer): Piece | undefined => {
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
  const isFinalAndPlain = (first & 0xf0) === 0x80 // FIN is set, and no extension bit
  if (opcode !== 1 || !isFinalAndPlain || length > MAX_TEXT_BYTES) return { kind: 'frame', bytes, opcode }
  const payload = Buffer.from(bytes.subarray(start))
  if (maskBytes) for (let i = 0; i < payload.length; i++) payload[i] = payload[i]! ^ from[start - 4 + (i & 3)]!
  return { kind: 'frame', bytes, opcode, text: payload.toString() }
}
