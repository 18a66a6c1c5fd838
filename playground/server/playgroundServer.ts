// The playground's server on somebody else's HTTP port: WebSocket at `/ws`, the control channel at `/control/`. It puts the
// room, the connections, the door and the faults together.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { createChatRoom } from './chatRoom.ts'
import { type Connection, createConnection } from './connection.ts'
import { answerControl, failure, reply } from './control.ts'
import { type Frozen, createFaults } from './faults.ts'
import { createHandshakeGate, turnAway } from './handshakeGate.ts'
import { isTrustedRequest } from './trustedRequest.ts'

/** What `GET /control/stats` answers. Durations in ms. */
export interface ServerStats {
  /** Open WebSocket connections. */
  connections: number
  /** Those of them that have said their name. */
  people: number
  /** Connections accepted since the start. */
  accepted: number
  frozen: Frozen
  delay: number
  refusingFor: number
}

/** The server, attached to an HTTP port. */
export interface PlaygroundServer {
  /** Serves `/control/...`; false when the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Cuts every connection and forgets everything. */
  close(): void
}

/** Frames from clients are at most this many bytes. */
const maxPayload = 64 * 1024
const maxConnections = 1000

/**
 * Serves WebSocket handshakes of `http` and offers a handler for its requests; closes by itself when `http` does.
 *
 * @param publicName the host name that `http` was told to listen on, if any
 */
export function createPlaygroundServer(http: Server, publicName?: string): PlaygroundServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false, clientTracking: false })
  const connections = new Set<Connection>()
  const room = createChatRoom()
  const gate = createHandshakeGate()
  const faults = createFaults(connections, gate)
  let accepted = 0

  const stats = (): ServerStats => ({ connections: connections.size, people: room.people().length, accepted, ...faults.state() })

  function welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = createConnection(webSocket, String(accepted += 1), {
        onFrame: (frame) => frame === 'ping' ? connection.send('pong') : room.receive(connection, frame),
        onClose: () => {
          connections.delete(connection)
          room.leave(connection)
        },
      })
      connections.add(connection)
      faults.include(connection)
      room.enter(connection)
    })
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Vite's own socket for hot reload lives on the same port.
    if (request.headers['sec-websocket-protocol']?.startsWith('vite-')) return
    socket.on('error', () => {})
    if (pathname(request) !== '/ws') return turnAway(socket, 404)
    if (!isTrustedRequest(request, publicName)) return turnAway(socket, 403)
    if (connections.size >= maxConnections) return turnAway(socket, 503)
    gate.admit(socket, () => welcome(request, socket, head))
  }

  function close(): void {
    http.off('upgrade', upgrade)
    for (const connection of connections) connection.terminate()
    sockets.close()
  }

  http.on('upgrade', upgrade)
  http.once('close', close)

  return {
    close,
    handle(request, response) {
      if (!pathname(request).startsWith('/control/')) return false
      if (!isTrustedRequest(request, publicName)) reply(response, 403, failure('foreign origin'))
      else answerControl(request, response, faults, stats).catch((error: unknown) => {
        // A caller that went away in the middle is nothing to report.
        if (request.complete) console.error(error)
        response.destroy()
      })
      return true
    },
  }
}

function pathname({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/'
}
