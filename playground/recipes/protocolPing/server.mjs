// Pings by protocol and terminates who does not answer; greets; sends every text to everybody.
import { every, runAlone, startServer, systemClock } from '../startServer.mjs'

/**
 * @param {number} [port] 0, the default, takes any free one
 * @param {{ pingEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] ms between pings; the silent are terminated at the next one
 */
export async function start(port = 0, { pingEvery = 30_000, clock = systemClock } = {}) {
  const server = await startServer(port)
  const { sockets } = server
  /** @type {WeakSet<import('ws').WebSocket>} */
  const alive = new WeakSet()

  sockets.on('connection', (socket) => {
    alive.add(socket)
    socket.on('pong', () => alive.add(socket))
    socket.on('message', (data) => {
      const text = String(data)
      // The page's own question, see ProtocolPing.vue; nobody else wants to read it.
      if (text === 'ping') return socket.send('pong')
      for (const everybody of sockets.clients) everybody.send(text)
    })
    socket.send(`Welcome! ${sockets.clients.size} here.`)
  })

  every(server, clock, pingEvery, () => {
    for (const socket of sockets.clients) {
      if (alive.delete(socket)) socket.ping()
      else socket.terminate()
    }
  })
  return server
}

await runAlone(import.meta.url, start)
