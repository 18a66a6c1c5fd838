import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { WebSocketServer } from 'ws'

const secret = process.env.TOKEN_SECRET ?? 'only for development' // that of app/token/route.ts

const isValid = (token) => {
  const [content = '', signature = ''] = token.split('.')
  const expected = createHmac('sha256', secret).update(content).digest()
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false
  return JSON.parse(Buffer.from(content, 'base64url')).expires > Date.now()
}

const server = new WebSocketServer({
  port: Number(process.env.PORT ?? 8080),
  verifyClient: ({ req }) => isValid(new URL(req.url, 'ws://localhost').searchParams.get('token') ?? ''),
})

server.on('connection', (socket) => {
  // Without a listener, an invalid frame would end the process.
  socket.on('error', console.error)

  socket.on('message', (data) => {
    if (String(data) === 'ping') return socket.send('pong') // the answer to the heartbeat
    const { text } = readLine(data)
    if (text === '/cut') return socket.terminate() // as a broken network does: without a close frame
    const line = JSON.stringify({ id: randomUUID(), text })
    for (const client of server.clients) client.send(line)
  })
})

const readLine = (data) => {
  try {
    return JSON.parse(data) ?? {}
  } catch {
    return {}
  }
}
