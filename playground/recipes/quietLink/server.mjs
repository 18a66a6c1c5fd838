// A thermometer: sends a reading now and then, and the last one again when a client asks whether it is still there.
import { every, runAlone, startServer, systemClock } from '../startServer.mjs'

/**
 * @param {number} [port] 0, the default, takes any free one
 * @param {{ publishEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] ms between readings; long enough for clients to wonder
 */
export async function start(port = 0, { publishEvery = 25_000, clock = systemClock } = {}) {
  const server = await startServer(port)
  let reading = '20.0 °C'

  /** @param {string} value */
  const publish = (value) => {
    reading = value
    server.hub.broadcast(reading)
  }
  server.hub.on('connection', (connection) => connection.send(reading))
  server.hub.on('message', (message, { connection }) => {
    if (message === 'still there?') connection.send(reading)
  })

  every(server, clock, publishEvery, () => publish(`${(19 + 2 * Math.random()).toFixed(1)} °C`))
  return { ...server, publish }
}

await runAlone(import.meta.url, start)
