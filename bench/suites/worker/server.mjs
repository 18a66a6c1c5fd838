// Sends JSON messages of about the requested size at the requested rate, and serves an empty page for the measurement. It sends its parent
// its port, and exits with it.

import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

/** One trade, about 100 bytes as JSON. */
const trade = (/** @type {number} */ id) => ({
  id,
  symbol: 'HLDF',
  price: 100 + (id % 977) / 7,
  side: id % 2 ? 'buy' : 'sell',
  venue: 'XAMS',
  at: 1_700_000_000_000 + id,
})

/**
 * @param {number} id
 * @param {number} bytes
 */
function message(id, bytes) {
  const count = Math.round(bytes / 100)
  return JSON.stringify(
    count > 1 ? { id, trades: Array.from({ length: count }, (_, index) => trade(id + index)) } : trade(id),
  )
}

const http = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>worker</title>'),
)
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket, request) => {
  const params = new URL(request.url ?? '/', 'ws://localhost').searchParams
  const [bytes, rate, seconds] = ['bytes', 'rate', 'seconds'].map((name) => Number(params.get(name)))
  // Created in advance, so that the server keeps up.
  const frames = Array.from({ length: 64 }, (_, index) => message(index, bytes ?? 0))
  socket.on('error', () => {})
  socket.once('message', () => {
    const start = performance.now()
    const total = (rate ?? 0) * (seconds ?? 0)
    let sent = 0
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - start) / 1000) * (rate ?? 0)))
      for (; sent < due; sent++) socket.send(frames[sent % frames.length] ?? '')
      if (sent < total) return
      clearInterval(timer)
      socket.send('"end"')
    }, 1)
  })
})
http.listen(0, '127.0.0.1', () => process.send?.(/** @type {import('node:net').AddressInfo} */ (http.address()).port))
process.once('disconnect', () => process.exit())
