// JSON in both directions: answers `{type:'ping'}`, reads the client's name from `{type:'init'}`, and echoes every other message with that name.
import { parseMessage, runAlone, startServer } from '../startServer.mjs'

/** @param {number} [port] 0, the default, takes any free port */
export async function start(port = 0) {
  const server = await startServer(port)
  /** @type {WeakMap<import('@holdfast/server').Connection, string>} */
  const names = new WeakMap()

  server.hub.on('message', (frame, { connection }) => {
    const message = parseMessage(frame)
    const name = names.get(connection)
    if (message?.type === 'ping') {
      connection.send({ type: 'pong' })
    } else if (message?.type === 'init' && typeof message.name === 'string') {
      names.set(connection, message.name.slice(0, 40))
      connection.send({ type: 'welcome', name: names.get(connection) })
    } else if (!name) {
      // The first message must be `init`.
      connection.close(1008, 'init first')
    } else if (message?.type === 'echo' && typeof message.text === 'string') {
      connection.send({ type: 'echo', name, text: message.text })
    }
  })
  return server
}

await runAlone(import.meta.url, start)
