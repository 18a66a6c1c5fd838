// The playground's server on an existing HTTP server: WebSocket at `/ws`, the control channel at `/control/`. It connects the hub, the
// chat, the sockets, the handshake gate and the faults.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ChatUser } from './chatProtocol.ts'
import { type ChatRoom, createChatRoom } from './chatRoom.ts'
import { type Clients, clientName } from './clients.ts'
import { answerControl, failure, reply } from './control.ts'
import { sendCutNotices } from './cutNotices.ts'
import { type Frozen, createFaults } from './faults.ts'
import { createHandshakeGate, rejectHandshake } from './handshakeGate.ts'
import { type Hub, type Store, createHub, memoryStore } from './hub.ts'
import { isTrustedRequest } from './isTrustedRequest.ts'
import { type FaultySocket, createFaultySocket } from './faultySocket.ts'

/** The response to `GET /control/stats`. Durations in ms. */
export interface ServerStats {
  /** Open WebSocket connections. */
  connections: number
  /** Users that have sent their name. */
  people: number
  /** Connections accepted since the start. */
  accepted: number
  /** Sessions that were resumed after a reconnect, since the last restart. */
  resumes: number
  /** The strongest fault that affects one of the clients of the query. */
  frozen: Frozen
  /** The longest delay that affects one of the clients of the query. */
  delay: number
  refusingFor: number
}

/** Options of the playground's server. */
export interface PlaygroundServerOptions {
  /** The host name that the HTTP server listens on, if one was given. */
  publicName?: string | undefined
  /** The heartbeat of the hub and of its clients with a session, in ms. @default { interval: 5000, timeout: 3000 } */
  heartbeat?: { interval: number; timeout: number }
  /** Stores streams and sessions. @default a memory store, which loses them at a restart */
  store?: Store
  /** How long a user without a connection is expected to return before the chat announces that it has left, in ms. @default 5000 */
  leaveDelay?: number
}

/** The server, attached to an HTTP port. */
export interface PlaygroundServer {
  /** Serves `/control/...`; returns false for any other path. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Cuts every connection and closes the hub. */
  close(): void
}

const maxConnections = 1000

/** Enough to replay a burst of 10 000 messages that was interrupted. */
const history = { messages: 20_000, bytes: 32 * 1024 * 1024 }

/** Higher than the defaults, because users of the page send bursts. */
const limits = {
  rate: 1000,
  burst: 5000,
  backlog: 5000,
  replayMessages: history.messages,
  replayBytes: history.bytes,
  sendBuffer: 64 * 1024 * 1024,
}

/** Serves WebSocket handshakes of `http` and returns a handler for its requests. Closes itself when `http` closes. */
export function createPlaygroundServer(http: Server, options: PlaygroundServerOptions = {}): PlaygroundServer {
  const { publicName, heartbeat = { interval: 5000, timeout: 3000 }, store, leaveDelay = 5000 } = options
  /** The open sockets, with the names of their clients. */
  const sockets = new Map<FaultySocket, string | undefined>()
  const socketsByRequest = new WeakMap<IncomingMessage, FaultySocket>()
  const gate = createHandshakeGate((client) => faults.holds(client))
  let accepted = 0
  let { hub, chat } = open()
  const faults = createFaults(sockets, gate, {
    publish: (message) => chat.publish(message),
    replaceHub() {
      const [oldHub, users] = [hub, chat.users()]
      chat.close()
      ;({ hub, chat } = open(users))
      void oldHub.close()
    },
  })

  /** The codec is `raw` because the heartbeat of plain clients, `ping`, is not JSON. */
  function open(returning: ChatUser[] = []): { hub: Hub; chat: ChatRoom } {
    const created = createHub({
      noServer: true,
      codec: 'raw',
      heartbeat,
      limits,
      store: store ?? memoryStore({ history }),
    })
    sendCutNotices(created, (request) => socketsByRequest.get(request))
    return { hub: created, chat: createChatRoom(created, { leaveDelay, returning }) }
  }

  const stats = (clients: Clients): ServerStats => {
    const { resumes } = hub.stats()
    return { connections: sockets.size, people: chat.users().length, accepted, resumes, ...faults.state(clients) }
  }

  function accept(request: IncomingMessage, socket: Duplex, head: Buffer, client: string | undefined): void {
    accepted += 1
    const faulty = createFaultySocket(socket, () => sockets.delete(faulty))
    sockets.set(faulty, client)
    socketsByRequest.set(request, faulty)
    faulty.slow(faults.delayOf(client))
    hub.handleUpgrade(request, faulty.hubSide, head)
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Vite's own WebSocket for hot reload uses the same port.
    if (request.headers['sec-websocket-protocol']?.startsWith('vite-')) return
    socket.on('error', () => {})
    if (pathname(request) !== '/ws') return rejectHandshake(socket, 404)
    if (!isTrustedRequest(request, publicName)) return rejectHandshake(socket, 403)
    if (sockets.size >= maxConnections) return rejectHandshake(socket, 503)
    const client = clientName(request.url)
    if (client === null) return rejectHandshake(socket, 400)
    gate.admit(socket, client, () => accept(request, socket, head, client))
  }

  function close(): void {
    http.off('upgrade', upgrade)
    for (const socket of sockets.keys()) socket.cut()
    chat.close()
    void hub.close()
  }

  http.on('upgrade', upgrade)
  http.once('close', close)

  return {
    close,
    handle(request, response) {
      if (!pathname(request).startsWith('/control/')) return false
      if (!isTrustedRequest(request, publicName)) reply(response, 403, failure('foreign origin'))
      else
        answerControl(request, response, faults, stats).catch((error: unknown) => {
          // The request was aborted by the client: not an error of the server.
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
