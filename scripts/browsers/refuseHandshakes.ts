/**
 * Refuses WebSocket handshakes with the server of the tests' page that are neither Vite's nor Vitest's. Vite itself leaves them without an
 * answer. Firefox continues such a handshake after `close()`, and it opens at most six connections to one origin: after six of them the
 * page of the next test file would not load.
 */

import type { Plugin } from 'vite'

const VITEST_PATH = '/__vitest_browser_api__'
const VITE_PROTOCOLS = ['vite-hmr', 'vite-ping']

export const refuseHandshakes: Plugin = {
  name: 'holdfast:refuse-handshakes',
  configureServer({ httpServer }) {
    httpServer?.on('upgrade', ({ url, headers }, socket) => {
      if (url?.startsWith(VITEST_PATH) || VITE_PROTOCOLS.includes(headers['sec-websocket-protocol'] ?? '')) return
      socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
    })
  },
}
