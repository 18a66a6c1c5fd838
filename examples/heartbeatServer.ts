import type { WebSocketServer } from 'ws'

export const answerHeartbeats = (server: WebSocketServer) =>
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      if (String(data) === 'ping') socket.send('pong')
    })
  })
