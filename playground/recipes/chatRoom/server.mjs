// A chat room: the name is in the URL, lines are JSON, `ping` is answered by `pong`, and joins and leaves are sent to all users.
import { randomUUID } from 'node:crypto'
import { parseMessage, queryField, runAlone, startServer } from '../startServer.mjs'

/** @param {number} [port] 0, the default, takes any free port */
export async function start(port = 0) {
  const server = await startServer(port)
  const { hub } = server
  /** @type {Map<import('@holdfast/server').Connection, string>} */
  const users = new Map()

  // Each line contains the list of users, so a client never needs an earlier line to have it.
  /** @param {{ name?: string, text: string }} line */
  const broadcast = (line) => hub.broadcast({ id: randomUUID(), ...line, users: [...users.values()] })

  hub.on('connection', (connection) => {
    const name = queryField(connection, 'name').trim()
    // After 1008 the client does not retry.
    if (name.length < 1 || name.length > 30) return connection.close(1008, 'a name of 1 to 30 characters, please')
    users.set(connection, name)
    return broadcast({ text: `${name} joined` })
  })
  hub.on('message', (message, { connection }) => {
    if (message === 'ping') return connection.send('pong')
    const text = parseMessage(message)?.text
    if (typeof text === 'string' && text !== '')
      broadcast({ name: users.get(connection) ?? '', text: text.slice(0, 1000) })
  })
  hub.on('close', (connection) => {
    const name = users.get(connection)
    if (users.delete(connection)) broadcast({ text: `${name} left` })
  })
  return server
}

await runAlone(import.meta.url, start)
