// A chat room: the name is in the URL, lines are JSON, `ping` is answered by `pong`, and everybody hears who comes and goes.
import { randomUUID } from 'node:crypto'
import { parseMessage, queryField, runAlone, startServer } from '../startServer.mjs'

/** @param {number} [port] 0, the default, takes any free one */
export async function start(port = 0) {
  const server = await startServer(port)
  const { hub } = server
  /** @type {Map<import('@holdfast/server').Connection, string>} */
  const people = new Map()

  // With each line who is here, so that no line can be missed to know it.
  /** @param {{ name?: string, text: string }} line */
  const tellAll = (line) => hub.broadcast({ id: randomUUID(), ...line, people: [...people.values()] })

  hub.on('connection', (connection) => {
    const name = queryField(connection, 'name').trim()
    // 1008 says that another try with this name is in vain, and the client makes none.
    if (name.length < 1 || name.length > 30) return connection.close(1008, 'a name of 1 to 30 characters, please')
    people.set(connection, name)
    return tellAll({ text: `${name} joined` })
  })
  hub.on('message', (message, { connection }) => {
    if (message === 'ping') return connection.send('pong')
    const text = parseMessage(message)?.text
    if (typeof text === 'string' && text !== '')
      tellAll({ name: people.get(connection) ?? '', text: text.slice(0, 1000) })
  })
  hub.on('close', (connection) => {
    const name = people.get(connection)
    if (people.delete(connection)) tellAll({ text: `${name} left` })
  })
  return server
}

await runAlone(import.meta.url, start)
