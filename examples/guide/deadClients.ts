import type { WebSocket, WebSocketServer } from 'ws'

/** Ends connections that did not answer the last ping frame. */
export const closeDeadClients = (
  server: WebSocketServer,
  interval = 30_000,
) => {
  const unanswered = new WeakSet<WebSocket>()
  server.on('connection', (socket) =>
    socket.on('pong', () => unanswered.delete(socket)),
  )
  const timer = setInterval(() => {
    for (const socket of server.clients) {
      if (unanswered.has(socket)) socket.terminate()
      unanswered.add(socket)
      socket.ping()
    }
  }, interval)
  server.on('close', () => clearInterval(timer))
}
