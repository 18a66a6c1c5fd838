// A server whose connections stop responding: after a cut, a connection neither reads nor sends anything, not even a close frame.

import { once } from 'node:events'
import { WebSocketServer } from 'ws'

/** @returns a server that answers `ping` with `pong`; of each address the first connection can be cut */
export async function createSilentServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  /** @type {Map<string, import('ws').WebSocket>} */
  const firsts = new Map()
  server.on('connection', (socket, { url = '' }) => {
    if (!firsts.has(url)) firsts.set(url, socket)
    socket.on('error', () => {})
    socket.on('message', (data) => {
      if (String(data) === 'ping' && !socket.isPaused) socket.send('pong')
    })
  })
  await once(server, 'listening')
  return {
    origin: `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
    /**
     * @param {string} path
     * @returns {number} when, in epoch ms
     */
    cut: (path) => {
      firsts.get(path)?.pause()
      return Date.now()
    },
    end: async () => {
      for (const socket of server.clients) socket.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
