// A chat room: the name is in the URL, lines are JSON, `ping` is answered by `pong`, and everybody hears who comes and goes.
import { randomUUID } from 'node:crypto'
import { parseMessage, queryField, runAlone, startServer } from '../startServer.mjs'

/** @param {number} [port] 0, the default, takes any free one */
export async function start(port = 0) {
  const server = await startServer(port)
  /** @type {Map<import('ws').WebSocket, string>} */
  const people = new Map()

  /** @param {{ name?: string, text: string }} line */
  const tellAll = (line) => {
    // With each line who is here, so that no line can be missed to know it.
    const frame = JSON.stringify({ id: randomUUID(), ...line, people: [...people.values()] })
    for (const socket of people.keys()) socket.send(frame)
  }

  server.sockets.on('connection', (socket, request) => {
    const name = queryField(request, 'name').trim()
    // 1008 says that another try with this name is in vain, and the client makes none.
    if (name.length < 1 || name.length > 30) return socket.close(1008, 'a name of 1 to 30 characters, please')
    people.set(socket, name)
    tellAll({ text: `${name} joined` })
    socket.on('message', (data) => {
      if (String(data) === 'ping') return socket.send('pong')
      const text = parseMessage(data)?.text
      if (typeof text === 'string' && text !== '') tellAll({ name, text: text.slice(0, 1000) })
    })
    socket.on('close', () => {
      people.delete(socket)
      tellAll({ text: `${name} left` })
    })
  })
  return server
}

await runAlone(import.meta.url, start)
