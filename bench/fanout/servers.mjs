// Creates the server of each candidate on a given HTTP server, with default options, and returns its broadcast function.

import { Server as SocketServer } from 'socket.io'
import * as ws from 'ws'
import { createHub } from '../../packages/server/src/hub.ts'
import { STREAM } from './dialects.mjs'

/** socket.io keeps a session for 120 s, as our server does. */
const RECOVERY = { maxDisconnectionDuration: 120_000 }

/** @type {Record<string, (http: import('node:http').Server) => (message: object) => unknown>} returns a function that broadcasts */
export const servers = {
  ws: (http) => {
    const { clients } = new ws.WebSocketServer({ server: http })
    return (message) => {
      const text = JSON.stringify(message)
      for (const client of clients) client.send(text)
    }
  },
  wsBuffer: (http) => {
    const { clients } = new ws.WebSocketServer({ server: http })
    return (message) => {
      const data = Buffer.from(JSON.stringify(message))
      for (const client of clients) client.send(data, { binary: false })
    }
  },
  wsFrame: (http) => {
    const { clients } = new ws.WebSocketServer({ server: http })
    const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true }
    return (message) => {
      // As socket.io does; the types of ws contain neither method.
      const frame = /** @type {any} */ (ws).Sender.frame(Buffer.from(JSON.stringify(message)), options)
      for (const client of clients) /** @type {any} */ (client)._sender.sendFrame(frame)
    }
  },
  hubPlain: (http) => createHub({ server: http }).broadcast,
  hubSession: (http) => {
    const { publish } = createHub({ server: http })
    return (message) => publish(STREAM, message)
  },
  socketIo: (http) => {
    const io = new SocketServer(http, { transports: ['websocket'], serveClient: false })
    return (message) => io.emit(STREAM, message)
  },
  socketIoRecovery: (http) => {
    const io = new SocketServer(http, {
      transports: ['websocket'],
      serveClient: false,
      connectionStateRecovery: RECOVERY,
    })
    return (message) => io.emit(STREAM, message)
  },
}
