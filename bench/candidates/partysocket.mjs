// partysocket's WebSocket with its defaults.

import PartyWebSocket from 'partysocket/ws'

/** @type {import('./index.mjs').Candidate<PartyWebSocket>} */
export const partysocket = {
  connect: (url, { binary }) =>
    new Promise(resolve => {
      const socket = new PartyWebSocket(url)
      if (binary) socket.binaryType = 'arraybuffer'
      socket.addEventListener('open', () => resolve(socket))
    }),
  onMessage: (socket, listener) => socket.addEventListener('message', ({ data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: socket => socket.close(),
}
