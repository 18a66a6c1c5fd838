import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'

// The second file defines the global `Holdfast`.
const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/holdfast.js': ['node_modules/@holdfast/core/dist/index.global.js', 'text/javascript; charset=utf-8'],
}

const http = createServer((request, response) => {
  const file = files[request.url]
  if (!file) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-type': file[1] })
  createReadStream(new URL(file[0], import.meta.url)).pipe(response)
})

const sockets = new WebSocketServer({ server: http, path: '/chat' })

sockets.on('connection', (socket) => {
  // Without a listener, an invalid frame would end the process.
  socket.on('error', console.error)

  socket.on('message', (data) => {
    const text = String(data) // a Buffer would be sent as a binary frame
    if (text === 'ping') socket.send('pong') // the answer to the heartbeat
    else if (text === '"cut"') socket.terminate() // as a broken network does: without a close frame
    else for (const client of sockets.clients) client.send(text)
  })
})

http.listen(Number(process.env.PORT ?? 8080), () => console.log(`http://localhost:${http.address().port}/`))
