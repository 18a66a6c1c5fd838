// ReconnectingWebSocket of @holdfast/core with its defaults.

import { ReconnectingWebSocket } from '../../packages/core/src/reconnectingWebSocket/index.ts'

/** @type {import('./index.mjs').Candidate<ReconnectingWebSocket>} */
export const holdfastClass = {
  create: (url, { binary, heartbeat = false }) => {
    const socket = new ReconnectingWebSocket(url, [], { heartbeat })
    if (binary) socket.binaryType = 'arraybuffer'
    return socket
  },
  onOpen: (socket, listener) => socket.addEventListener('open', listener),
  onLeave: (socket, listener) => socket.addEventListener('close', listener),
  onRetry: (socket, listener) => void socket.client.on('retry', ({ retryAt }) => listener(retryAt)),
  onMessage: (socket, listener) => socket.addEventListener('message', ({ data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: (socket) => socket.close(),
}
