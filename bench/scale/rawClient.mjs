// A WebSocket client on a bare TCP socket. It is so small that one process can hold 10 000 of them: all share one read buffer.

import { connect } from 'node:net'

const OPCODES = { text: 1, ping: 9, pong: 10 }
const shared = Buffer.alloc(65_536)

/** @param {number} opcode @param {Buffer} payload */
function maskedFrame(opcode, payload) {
  const { length } = payload
  const header = length < 126 ? [0x80 | opcode, 0x80 | length] : [0x80 | opcode, 0xfe, length >> 8, length & 255]
  // With a mask of zeros the payload stays as it is.
  return Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), payload])
}

/**
 * @param {{ port: number, address: string, protocol: string | undefined, onOpen(send: (text: string) => void): void,
 *   onText(frame: Buffer, from: number, to: number): void, onEnd(): void }} options
 *   onText gets a buffer that is valid only during the call
 */
export function openRawClient({ port, address, protocol, onOpen, onText, onEnd }) {
  let upgraded = false
  /** @type {Buffer | undefined} the beginning of a frame that has not arrived whole */
  let rest
  const socket = connect({
    port,
    host: '127.0.0.1',
    localAddress: address,
    onread: {
      buffer: shared,
      callback: (count, buffer) => {
        const chunk = /** @type {Buffer} */ (buffer).subarray(0, count)
        read(rest ? Buffer.concat([rest, chunk]) : chunk)
        return true
      },
    },
  })
  /** @param {Buffer} data */
  function read(data) {
    let at = 0
    if (!upgraded) {
      const end = data.indexOf('\r\n\r\n')
      if (end >= 0) {
        upgraded = true
        at = end + 4
        onOpen((text) => socket.write(maskedFrame(OPCODES.text, Buffer.from(text))))
      }
    }
    while (upgraded && at + 2 <= data.length) {
      const short = /** @type {number} */ (data[at + 1])
      if (short === 126 && at + 4 > data.length) break
      const from = at + (short === 126 ? 4 : 2)
      const to = from + (short === 126 ? data.readUInt16BE(at + 2) : short)
      if (to > data.length) break
      const opcode = /** @type {number} */ (data[at]) & 15
      if (opcode === OPCODES.text) onText(data, from, to)
      else if (opcode === OPCODES.ping) socket.write(maskedFrame(OPCODES.pong, data.subarray(from, to)))
      at = to
    }
    rest = at < data.length ? Buffer.from(data.subarray(at)) : undefined
  }
  socket.on('error', () => {})
  socket.on('close', onEnd)
  socket.write(
    `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ''}\r\n`,
  )
}
