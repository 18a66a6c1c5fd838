// Uses the hub's heartbeat, which sends ping frames and terminates clients that do not answer. Sends a welcome and broadcasts every text.
import { runAlone, startServer, systemClock } from '../startServer.mjs'

/**
 * @param {number} [port] 0, the default, takes any free port
 * @param {{ pingEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] `pingEvery`: ms between ping frames, and the
 * time in which a client must answer
 */
export async function start(port = 0, { pingEvery = 30_000, clock = systemClock } = {}) {
  const server = await startServer(port, { heartbeat: { interval: pingEvery, timeout: pingEvery }, clock })
  const { hub } = server

  hub.on('connection', (connection) => connection.send(`Welcome! ${server.connections()} here.`))
  hub.on('message', (message, { connection }) => {
    // The heartbeat of ProtocolPing.vue, which is not broadcast.
    if (message === 'ping') connection.send('pong')
    else hub.broadcast(String(message))
  })
  return server
}

await runAlone(import.meta.url, start)
