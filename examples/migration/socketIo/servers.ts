/** Both servers on one HTTP server while clients migrate: a message from a client of either library reaches all. */

import { createServer } from 'node:http'
import { createHub } from '@holdfast/server'
import { Server } from 'socket.io'

export const startServers = () => {
  const http = createServer()
  // Without `destroyUpgrade: false`, socket.io ends upgrades of other paths that are not accepted within a second.
  const io = new Server(http, { destroyUpgrade: false }) // clients of socket.io: /socket.io/
  const hub = createHub({ server: http, path: '/hub' }) // clients of Holdfast: /hub

  const publish = async (line: string) => {
    io.to('chat').emit('line', line)
    await hub.publish('chat', line)
  }
  io.on('connection', async (socket) => {
    await socket.join('chat')
    socket.on('say', async (line: string, acknowledge: () => void) => {
      await publish(line)
      acknowledge()
    })
  })
  hub.on('message', (line) => publish(String(line)))

  const stop = async () => {
    await hub.close()
    await io.close() // also closes the HTTP server
  }
  return { http, io, hub, publish, stop }
}
