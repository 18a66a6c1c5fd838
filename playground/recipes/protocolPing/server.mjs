// Pings by protocol and terminates who has fallen silent, which is what a hub does; greets; sends every text to everybody.
import { runAlone, startServer, systemClock } from '../startServer.mjs'

/**
 * @param {number} [port] 0, the default, takes any free one
 * @param {{ pingEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] ms between pings; the silent are terminated at the next one
 */
export async function start(port = 0, { pingEvery = 30_000, clock = systemClock } = {}) {
  const server = await startServer(port, { heartbeat: { interval: pingEvery, timeout: pingEvery }, clock })
  const { hub } = server

  hub.on('connection', (connection) => connection.send(`Welcome! ${server.connections()} here.`))
  hub.on('message', (message, { connection }) => {
    // The page's own question, see ProtocolPing.vue; nobody else wants to read it.
    if (message === 'ping') connection.send('pong')
    else hub.broadcast(String(message))
  })
  return server
}

await runAlone(import.meta.url, start)
