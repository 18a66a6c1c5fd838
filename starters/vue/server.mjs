import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: Number(process.env.PORT ?? 8080) })

server.on('connection', (socket) => {
  // Without a listener, an invalid frame would end the process.
  socket.on('error', console.error)

  socket.on('message', (data) => {
    const text = String(data) // a Buffer would be sent as a binary frame
    if (text === 'ping') socket.send('pong') // the answer to the heartbeat
    else if (text === '"cut"') socket.terminate() // as a broken network does: without a close frame
    else for (const client of server.clients) client.send(text)
  })
})
