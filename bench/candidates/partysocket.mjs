// partysocket's WebSocket with its defaults.

import PartyWebSocket from 'partysocket/ws'

/** @type {import('./index.mjs').Candidate<PartyWebSocket>} */
export const partysocket = {
  create: (url, { binary }) => {
    const socket = new PartyWebSocket(url)
    if (binary) socket.binaryType = 'arraybuffer'
    return socket
  },
  onOpen: (socket, listener) => socket.addEventListener('open', listener),
  onLeave: (socket, listener) => socket.addEventListener('close', listener),
  onMessage: (socket, listener) => socket.addEventListener('message', ({ data }) => listener(data)),
  send: (socket, message) => socket.send(message),
  close: (socket) => socket.close(),
}
