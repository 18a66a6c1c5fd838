// The other end of every round, in a process of its own: `/receive` pours messages, `/send` counts them, `ping` is answered by
// `pong`. It tells its parent its port, and ends with it.

import { once } from 'node:events'
import { createServer } from 'node:http'
import * as ws from 'ws'

/** How much is written at a time, in bytes. */
const BLOCK = 64 * 1024
/** Messages between two acknowledgements. */
const ACKNOWLEDGE_EVERY = 1000

/** Not in the types of `ws`, though it is exported. */
const { Sender } = /** @type {{ Sender: { frame(data: Buffer, options: object): Buffer[] } }} */ (/** @type {unknown} */ (ws))

/** @type {Map<string, Buffer[]>} */
const bursts = new Map()

/**
 * Frames laid ready, so that this process costs next to nothing while the client is measured. Each message begins with its number.
 * @param {number} messages
 * @param {number} size
 */
function burst(messages, size) {
  const key = `${messages}x${size}`
  const known = bursts.get(key)
  if (known) return known
  const frames = Array.from({ length: messages }, (_, index) =>
    Buffer.concat(Sender.frame(Buffer.from(String(index).padEnd(size, '.')), { fin: true, opcode: 1, mask: false, readOnly: true, rsv1: false })),
  )
  const perBlock = Math.max(1, Math.floor(BLOCK / (size + 10)))
  const blocks = []
  for (let at = 0; at < messages; at += perBlock) blocks.push(Buffer.concat(frames.slice(at, at + perBlock)))
  bursts.set(key, blocks)
  return blocks
}

/**
 * @param {ws.WebSocket} socket
 * @param {import('node:stream').Duplex} stream
 * @param {number} messages
 * @param {number} size
 */
function pour(socket, stream, messages, size) {
  const blocks = burst(messages, size)
  const gone = new AbortController()
  stream.once('close', () => gone.abort())
  socket.on('message', async data => {
    if (answers(socket, data)) return
    for (const block of blocks) {
      if (!stream.write(block)) await once(stream, 'drain', { signal: gone.signal }).catch(() => {})
      if (gone.signal.aborted) return
    }
    socket.send(JSON.stringify({ sent: messages }))
  })
}

/**
 * @param {ws.WebSocket} socket
 * @param {number} size
 */
function count(socket, size) {
  let received = 0
  socket.on('message', data => {
    if (/** @type {Buffer} */ (data).length === size) {
      if (++received % ACKNOWLEDGE_EVERY === 0) socket.send(JSON.stringify({ acknowledged: received }))
    } else if (!answers(socket, data)) {
      socket.send(JSON.stringify({ received }))
    }
  })
}

/**
 * Whether it was a heartbeat.
 * @param {ws.WebSocket} socket
 * @param {ws.RawData} data
 */
function answers(socket, data) {
  const beat = String(data) === 'ping'
  if (beat) socket.send('pong')
  return beat
}

const sockets = new ws.WebSocketServer({ noServer: true, perMessageDeflate: false })
const http = createServer()
http.on('upgrade', (request, stream, head) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://localhost')
  const messages = Number(searchParams.get('messages'))
  const size = Number(searchParams.get('size'))
  // Laid ready before the connection opens, hence before the clock starts.
  if (pathname === '/receive') burst(messages, size)
  sockets.handleUpgrade(request, stream, head, socket => {
    socket.on('error', () => {})
    if (pathname === '/receive') pour(socket, stream, messages, size)
    else count(socket, size)
  })
})
process.once('disconnect', () => process.exit())
http.listen(0, '127.0.0.1', () => process.send?.(/** @type {import('node:net').AddressInfo} */ (http.address()).port))
