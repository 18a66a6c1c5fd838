// Sends a client after its return the reason why the server had cut its connection: the client itself has seen only 1006.
import type { IncomingMessage } from 'node:http'
import type { ServerMessage } from './chatProtocol.ts'
import type { CutReason, FaultySocket } from './faultySocket.ts'
import type { Connection, Hub } from './hub.ts'

/** How many reasons wait for the return of their clients. The oldest is removed. */
const maxWaiting = 1000

/** Adds the notices to a hub. Only a session that was resumed gets one. */
export function sendCutNotices(hub: Hub, socketOf: (request: IncomingMessage) => FaultySocket | undefined): void {
  const sockets = new WeakMap<Connection, FaultySocket>()
  const waiting = new Map<string, CutReason>()

  hub.on('connection', (connection) => {
    const socket = socketOf(connection.request)
    if (socket) sockets.set(connection, socket)
  })
  // The hub has closed this connection with a code of its own, and cut it only because the close frame was not answered.
  hub.on('drop', (connection) => void (connection && sockets.delete(connection)))
  hub.on('close', (connection) => {
    const reason = sockets.get(connection)?.cutReason
    if (!reason || connection.sessionId === undefined) return
    waiting.set(connection.sessionId, reason)
    const [oldest = ''] = waiting.keys()
    if (waiting.size > maxWaiting) waiting.delete(oldest)
  })
  hub.on('resume', (connection) => {
    const id = connection.sessionId ?? ''
    const reason = waiting.get(id)
    if (!reason) return
    waiting.delete(id)
    connection.send({ type: 'cut', reason } satisfies ServerMessage)
  })
}
