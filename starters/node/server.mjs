import { createReadStream } from 'node:fs'
import { createServer } from 'node:http'
import { createHub } from '@holdfast/server'

const http = createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/cut') {
    for (const socket of sockets) socket.destroy() // as a broken network does: without a close frame
    return void response.end()
  }
  if (request.url === '/') return sendFile(response, 'index.html', 'text/html; charset=utf-8')
  // The ES modules of the client. The import map of the page names them.
  const [, module] = /^\/holdfast\/([\w-]+\.js)$/.exec(request.url) ?? []
  if (module) return sendFile(response, `node_modules/@holdfast/core/dist/${module}`, 'text/javascript; charset=utf-8')
  return void response.writeHead(404).end()
})

const sendFile = (response, path, type) => {
  const file = createReadStream(new URL(path, import.meta.url))
  file.on('open', () => response.writeHead(200, { 'content-type': type }))
  file.on('error', () => response.writeHead(404).end())
  file.pipe(response)
}

const hub = createHub({ server: http, path: '/chat' })

hub.on('message', (line) => hub.publish('chat', line)) // acknowledged after it is published

let tick = 0
setInterval(() => hub.publish('ticks', ++tick), 100)

const sockets = new Set()
http.on('upgrade', (request, socket) => {
  sockets.add(socket)
  socket.on('close', () => sockets.delete(socket))
})

http.listen(Number(process.env.PORT ?? 8080), () => console.log(`http://localhost:${http.address().port}/`))
