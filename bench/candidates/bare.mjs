// The platform's WebSocket with one handler, the baseline of all ratios. It has no heartbeat and no renderers, and never reconnects.

/** @type {import('./index.mjs').Candidate<WebSocket>} */
export const bare = {
  create: (url, { binary }) => {
    const socket = new WebSocket(url)
    if (binary) socket.binaryType = 'arraybuffer'
    // In Node an error without a listener ends the process.
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
