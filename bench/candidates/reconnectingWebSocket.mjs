// pladaria/reconnecting-websocket with its defaults.

import ReconnectingWebSocket from 'reconnecting-websocket'

/** @type {import('./index.mjs').Candidate<ReconnectingWebSocket>} */
export const reconnectingWebSocket = {
  create: (url, { binary, page }) => {
    // Its default delay is random once per page load. To simulate many pages, each client gets its own random delay.
    const socket = new ReconnectingWebSocket(url, [], page ? { minReconnectionDelay: 1000 + Math.random() * 4000 } : {})
    if (binary) socket.binaryType = 'arraybuffer'
    return socket
  },
  onOpen: (socket, listener) => socket.addEventListener('open', listener),
  onLeave: (socket, listener) => socket.addEventListener('close', listener),
  onMessage: (socket, listener) => socket.addEventListener('message', ({ data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: (socket) => socket.close(),
}
