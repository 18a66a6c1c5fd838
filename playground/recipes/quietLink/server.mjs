// A thermometer: publishes a reading at intervals, and sends the last one again when it receives a heartbeat.
import { every, runAlone, startServer, systemClock } from '../startServer.mjs'

/**
 * @param {number} [port] 0, the default, takes any free port
 * @param {{ publishEvery?: number, clock?: import('../startServer.mjs').Clock }} [options] `publishEvery`: ms between readings,
 * longer than the heartbeat interval of the clients
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
