// The platform's WebSocket with one handler: what everything else is measured against. It has no heartbeat and no renderers, and
// never comes back.

/** @type {import('./index.mjs').Candidate<WebSocket>} */
export const bare = {
  create: (url, { binary }) => {
    const socket = new WebSocket(url)
    if (binary) socket.binaryType = 'arraybuffer'
    // In Node an error that nobody listens to ends the process.
    socket.onerror = () => {}
    return socket
  },
  onOpen: (socket, listener) => {
    socket.onopen = listener
  },
  onLeave: (socket, listener) => {
    socket.onclose = listener
  },
  onMessage: (socket, listener) => {
    socket.onmessage = ({ data }) => listener(data)
  },
  send: (socket, message) => socket.send(message),
  close: (socket) => socket.close(),
}
