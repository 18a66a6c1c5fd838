// The server of a trial, in a separate process. It sends its port, then answers each message with the CPU that it has used so far.

import { createServer } from 'node:http'
import { Server as SocketServer } from 'socket.io'
import { createHub } from '../../packages/server/src/hub.ts'

const ROOM = 'room'
/** About 100 bytes of JSON, as a name and the URL of a picture need. */
const PICTURE = `https://example.org/${'x'.repeat(50)}`

const userOf = (/** @type {string} */ id) => ({ id, info: { name: `The name of ${id}`, picture: PICTURE } })

const http = createServer()
/** @type {Record<string, () => unknown>} */
const servers = {
  hubWithout: () => createHub({ server: http, authenticate: ({ token = '' }) => userOf(token) }),
  hub: () => createHub({ server: http, presence: true, authenticate: ({ token = '' }) => userOf(token) }),
  /** As applications write it: the room has the sockets, and a map the users. */
  socketIo: () => {
    const io = new SocketServer(http, { transports: ['websocket'], serveClient: false })
    const users = new Map()
    io.on('connection', (socket) => {
      const user = userOf(socket.handshake.auth['token'])
      io.to(ROOM).emit('joined', user)
      users.set(socket.id, user)
      socket.join(ROOM)
      socket.emit('members', [...users.values()])
      socket.on('disconnect', () => {
        users.delete(socket.id)
        io.to(ROOM).emit('left', user)
      })
    })
  },
}
const serve = servers[`${process.argv[2]}`]
if (!serve) throw new Error(`no candidate ${process.argv[2]}`)
serve()

process.on('disconnect', () => process.exit())
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.((user + system) / 1000)
})
http.listen(0, '127.0.0.1', () => process.send?.(/** @type {import('node:net').AddressInfo} */ (http.address()).port))
