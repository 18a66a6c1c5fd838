// JSON in and out: answers `{type:'ping'}`, takes the client's name from `{type:'init'}`, and says everything else back in that name.
import { parseMessage, runAlone, startServer } from '../startServer.mjs'

/** @param {number} [port] 0, the default, takes any free one */
export async function start(port = 0) {
  const server = await startServer(port)
  server.sockets.on('connection', (socket) => {
    /** @param {object} message */
    const say = (message) => socket.send(JSON.stringify(message))
    let name = ''
    socket.on('message', (data) => {
      const message = parseMessage(data)
      if (message?.type === 'ping') {
        say({ type: 'pong' })
      } else if (message?.type === 'init' && typeof message.name === 'string') {
        name = message.name.slice(0, 40)
        say({ type: 'welcome', name })
      } else if (!name) {
        // Nobody speaks before the introduction.
        socket.close(1008, 'init first')
      } else if (message?.type === 'echo' && typeof message.text === 'string') {
        say({ type: 'echo', name, text: message.text })
      }
    })
  })
  return server
}

await runAlone(import.meta.url, start)
