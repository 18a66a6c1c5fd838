// pladaria/reconnecting-websocket with its defaults.

import ReconnectingWebSocket from 'reconnecting-websocket'

/** @type {import('./index.mjs').Candidate<ReconnectingWebSocket>} */
export const reconnectingWebSocket = {
  connect: (url, { binary }) =>
    new Promise(resolve => {
      const socket = new ReconnectingWebSocket(url)
      if (binary) socket.binaryType = 'arraybuffer'
      socket.addEventListener('open', () => resolve(socket))
    }),
  onMessage: (socket, listener) => socket.addEventListener('message', ({ data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: socket => socket.close(),
}
