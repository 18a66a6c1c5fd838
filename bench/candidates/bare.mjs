// The platform's WebSocket with one handler: what everything else is measured against. It has no heartbeat and no renderers.

/** @type {import('./index.mjs').Candidate<WebSocket>} */
export const bare = {
  connect: (url, { binary }) =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url)
      if (binary) socket.binaryType = 'arraybuffer'
      socket.onopen = () => resolve(socket)
      socket.onerror = () => reject(new Error(`bare: could not connect to ${url}`))
    }),
  onMessage: (socket, listener) => {
    socket.onmessage = ({ data }) => listener(data)
  },
  send: (socket, message) => socket.send(message),
  close: socket => socket.close(),
}
