// The server of every measurement, in a separate process: `/flow` sends numbered messages, `/send` counts them, `ping` is answered by `pong`
// everywhere, and `echo` by `echo`. It sends its parent its port, and the number of connections on request, and exits with its parent. Its
// argument is the port.

import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { pourFlow, readFlow } from './server/flow.mjs'

/**
 * Counts messages of `size` bytes, and sends the count after a message of another size.
 * @param {import('ws').WebSocket} socket
 * @param {URLSearchParams} params
 */
function count(socket, params) {
  const size = Number(params.get('size'))
  let received = 0
  socket.on('message', (data) => {
    if (/** @type {Buffer} */ (data).length === size) received++
    else if (String(data) === 'end') socket.send(JSON.stringify({ received }))
  })
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 2 ** 30 })
const http = createServer()
http.on('upgrade', (request, stream, head) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'ws://localhost')
  sockets.handleUpgrade(request, stream, head, (socket) => {
    socket.on('error', () => {})
    socket.on('message', (data) => {
      const word = /** @type {Buffer} */ (data).length === 4 ? String(data) : ''
      if (word === 'ping') socket.send('pong')
      if (word === 'echo') socket.send('echo')
      // From here on the connection is half-open: it neither answers nor closes.
      if (pathname === '/freeze' && String(data) === 'freeze') stream.removeAllListeners('data').pause()
    })
    if (pathname === '/flow') {
      socket.on('message', (data) => {
        if (/** @type {Buffer} */ (data).length === 2) void pourFlow(socket, stream, readFlow(searchParams))
      })
    } else if (pathname === '/send') {
      count(socket, searchParams)
    }
  })
})
process.on('message', () => process.send?.(sockets.clients.size))
process.once('disconnect', () => process.exit())
http.listen(Number(process.argv[2] ?? 0), '127.0.0.1', () =>
  process.send?.(/** @type {import('node:net').AddressInfo} */ (http.address()).port),
)
