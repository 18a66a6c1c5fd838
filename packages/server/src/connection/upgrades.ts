/** Decides on upgrade requests: counts connections, checks the origin, authenticates plain clients, and completes the upgrade. */

import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { SUBPROTOCOL } from './link.ts'
import { type AllowedOrigins, isAllowed, offeredProtocols, refuseUpgrade } from './upgrade.ts'

/** Of one message. Browsers send fragments of several KiB. */
const MOST_FRAGMENTS = 512
/** The smallest packets in which a long message may arrive, on average, in bytes. Those of IPv4 have at least 536 bytes. */
const SMALLEST_PACKET = 512

export interface Upgrades {
  /** Accepts or refuses an upgrade request, whatever its path. */
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends the upgrades that wait for an answer of the application. */
  close(): void
}

export interface UpgradesOptions {
  context: HubContext
  allowedOrigins: AllowedOrigins | undefined
  /** Whether the hub accepts new clients. */
  isAccepting(): boolean
  /** Authenticates a plain client. Resolves without a user for a client that is refused. */
  identify(request: IncomingMessage): Promise<{ user?: User | undefined }>
  accept(webSocket: WebSocket, request: IncomingMessage, user: User | undefined, stream: Duplex): void
}

export const createUpgrades = (options: UpgradesOptions): Upgrades => {
  const { context, allowedOrigins, isAccepting, identify, accept } = options
  const { limits, stats } = context
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frame,
    // `ws` holds an object of about 100 bytes for each fragment and about 300 for each packet of an unfinished message.
    maxFragments: MOST_FRAGMENTS,
    maxBufferedChunks: MOST_FRAGMENTS + Math.ceil(limits.frame / SMALLEST_PACKET),
    // Compression needs about 300 KiB per connection, and can leak secrets that share a message with chosen text.
    perMessageDeflate: false,
    // Called only for a client that offers a protocol. A plain client gets its first one.
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : [...protocols][0]!),
  })
  /** Upgrades that wait for `authenticate`. */
  const pending = new Set<Duplex>()
  let connections = 0

  const refuse = (socket: Duplex, status: 401 | 403 | 503): void => {
    stats.refused++
    refuseUpgrade(socket, status)
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, user?: User): void => {
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      connections++
      webSocket.on('close', () => connections--)
      accept(webSocket, request, user, socket)
    })
  }
  /** A plain client is authenticated by its request, because it sends no `hello`. */
  const upgradePlain = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    pending.add(socket)
    const timeout = setTimeout(() => socket.destroy(), limits.hello)
    const { user } = await identify(request)
    clearTimeout(timeout)
    pending.delete(socket)
    if (socket.destroyed) return
    if (!isAccepting()) return refuse(socket, 503)
    if (!user) return refuse(socket, 401)
    return upgrade(request, socket, head, user)
  }
  return {
    handle: (request, socket, head) => {
      // Without a listener, an error before the upgrade would end the process.
      socket.on('error', () => socket.destroy())
      if (!isAccepting() || connections + pending.size >= limits.connections) return refuse(socket, 503)
      if (!isAllowed(allowedOrigins, request)) return refuse(socket, 403)
      if (offeredProtocols(request).includes(SUBPROTOCOL)) return upgrade(request, socket, head)
      return void upgradePlain(request, socket, head)
    },
    close: () => {
      for (const socket of pending) socket.destroy()
    },
  }
}
