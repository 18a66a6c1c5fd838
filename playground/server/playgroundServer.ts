// The playground's server on somebody else's HTTP port: WebSocket at `/ws`, the control channel at `/control/`. It puts the
// hub, the room, the wires, the door and the faults together.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ChatRoom, createChatRoom } from './chatRoom.ts'
import { answerControl, failure, reply } from './control.ts'
import { type Frozen, createFaults } from './faults.ts'
import { createHandshakeGate, turnAway } from './handshakeGate.ts'
import { type Hub, type Store, createHub, memoryStore } from './hub.ts'
import { isTrustedRequest } from './trustedRequest.ts'
import { type Wire, createWire } from './wire.ts'

/** What `GET /control/stats` answers. Durations in ms. */
export interface ServerStats {
  /** Open WebSocket connections. */
  connections: number
  /** Those of them that have said their name. */
  people: number
  /** Connections accepted since the start. */
  accepted: number
  /** Sessions that went on after a reconnect, since the last restart. */
  resumes: number
  frozen: Frozen
  delay: number
  refusingFor: number
}

/** What may be chosen. */
export interface PlaygroundServerOptions {
  /** The host name that the HTTP server was told to listen on, if any. */
  publicName?: string | undefined
  /** How often the hub and its clients ask each other, and how long they wait for an answer, in ms. @default 5000 and 3000 */
  heartbeat?: { interval: number; timeout: number }
  /** Where streams and sessions outlive a restart. @default in the hub's memory, which forgets them */
  store?: Store
}

/** The server, attached to an HTTP port. */
export interface PlaygroundServer {
  /** Serves `/control/...`; false when the request is for somebody else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Cuts every connection and forgets everything. */
  close(): void
}

const maxConnections = 1000

/** What bridges a burst of 10 000 messages that is cut in the middle. */
const history = { messages: 20_000, bytes: 32 * 1024 * 1024 }

/** Wide enough for a page that is played with. */
const limits = {
  rate: 1000,
  burst: 5000,
  backlog: 5000,
  replayMessages: history.messages,
  replayBytes: history.bytes,
  sendBuffer: 64 * 1024 * 1024,
}

/** Serves WebSocket handshakes of `http` and offers a handler for its requests; closes by itself when `http` does. */
export function createPlaygroundServer(http: Server, options: PlaygroundServerOptions = {}): PlaygroundServer {
  const { publicName, heartbeat = { interval: 5000, timeout: 3000 }, store } = options
  const wires = new Set<Wire>()
  const gate = createHandshakeGate()
  let accepted = 0
  let { hub, room } = open()
  const faults = createFaults(wires, gate, {
    publish: (message) => room.publish(message),
    renew() {
      const old = hub
      ;({ hub, room } = open())
      void old.close()
    },
  })

  /** `raw`, because plain clients beat with a text that is no JSON. */
  function open(): { hub: Hub; room: ChatRoom } {
    const fresh = createHub({
      noServer: true,
      codec: 'raw',
      heartbeat,
      limits,
      store: store ?? memoryStore({ history }),
    })
    return { hub: fresh, room: createChatRoom(fresh) }
  }

  const stats = (): ServerStats => {
    const { resumes } = hub.stats()
    return { connections: wires.size, people: room.people().length, accepted, resumes, ...faults.state() }
  }

  function welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    accepted += 1
    const wire = createWire(socket, () => wires.delete(wire))
    wires.add(wire)
    faults.include(wire)
    hub.handleUpgrade(request, wire.near, head)
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Vite's own socket for hot reload lives on the same port.
    if (request.headers['sec-websocket-protocol']?.startsWith('vite-')) return
    socket.on('error', () => {})
    if (pathname(request) !== '/ws') return turnAway(socket, 404)
    if (!isTrustedRequest(request, publicName)) return turnAway(socket, 403)
    if (wires.size >= maxConnections) return turnAway(socket, 503)
    gate.admit(socket, () => welcome(request, socket, head))
  }

  function close(): void {
    http.off('upgrade', upgrade)
    for (const wire of wires) wire.cut()
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
