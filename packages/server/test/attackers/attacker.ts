/** A client on a bare socket, which sends what a WebSocket client would not. */

import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/** WebSocket opcodes. */
export const OPCODES = { continuation: 0, text: 1, binary: 2, ping: 9, pong: 10 } as const

/** A frame of a client. The mask is 0, which changes nothing. */
export const frame = (payload: string | Buffer, opcode: number = OPCODES.text, isFinal = true): Buffer => {
  const data = Buffer.from(payload)
  const { length } = data
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const header = Buffer.alloc(size + 4)
  header[0] = (isFinal ? 0x80 : 0) | opcode
  header[1] = 0x80 | (size === 2 ? length : size === 4 ? 126 : 127)
  if (size === 4) header.writeUInt16BE(length, 2)
  if (size === 10) header.writeBigUInt64BE(BigInt(length), 2)
  return Buffer.concat([header, data])
}

export const handshake = (path: string, protocol?: string): string =>
  [
    `GET ${path} HTTP/1.1`,
    'Host: a',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...(protocol ? [`Sec-WebSocket-Protocol: ${protocol}`] : []),
    '\r\n',
  ].join('\r\n')

export const connectTo = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Resolves when the server has sent the text. */
const received = async (socket: Socket, text: string): Promise<void> => {
  let seen = ''
  await new Promise<void>((resolve, reject) => {
    const read = (data: Buffer): void => {
      seen = (seen + data.toString('latin1')).slice(-10_000)
      if (!seen.includes(text)) return
      socket.off('data', read)
      resolve()
    }
    socket.on('data', read)
    socket.once('close', () => reject(new Error(`closed before ${text}: ${seen.slice(-200)}`)))
  })
  socket.on('data', () => undefined)
}

export const openPlain = async (port: number, path: string): Promise<Socket> => {
  const socket = await connectTo(port)
  socket.write(handshake(path))
  await received(socket, '\r\n\r\n')
  return socket
}

/** A connection that has sent no `hello`. */
export const openSilent = async (port: number, path: string): Promise<Socket> => {
  const socket = await connectTo(port)
  socket.write(handshake(path, 'holdfast.v1.json'))
  await received(socket, '\r\n\r\n')
  return socket
}

export const openSession = async (port: number, path: string, hello: object = {}): Promise<Socket> => {
  const socket = await openSilent(port, path)
  const welcome = received(socket, '"t":"welcome"')
  socket.write(frame(JSON.stringify({ t: 'hello', v: 1, ...hello })))
  await welcome
  return socket
}
