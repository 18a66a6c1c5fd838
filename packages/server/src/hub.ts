/** The node, bound to `ws` and an HTTP server: its own, yours, or none. */

import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { User } from './context/hubEvents.ts'
import { check } from './errors.ts'
import { checkLimits } from './context/limits.ts'
import { PROTOCOL } from './connection/link.ts'
import { metricsText } from './context/metrics.ts'
import { type HubNode, createNode } from './node.ts'
import type { NodeOptions } from './context/hubContext.ts'
import type { Stats } from './context/stats.ts'
import { type AllowedOrigins, checkOrigins, isAllowed, offered, pathOf, refuseUpgrade } from './connection/upgrade.ts'

export interface HubOptions extends NodeOptions {
  /** Whose upgrades are taken: of `node:http`, `node:https`, Express's `listen()`, Fastify's `server`. It stays yours to close. */
  server?: Server | SecureServer
  /** No server: you call `handleUpgrade`. */
  noServer?: boolean
  /** A server of the hub's own, on this port; 0 takes a free one. */
  port?: number
  /** Where its own server listens. @default all interfaces */
  host?: string
  /** Upgrades of other paths are left to others. @default '/' */
  path?: string
  /** Pages that may connect. Give it where `authenticate` reads cookies. @default all */
  allowedOrigins?: AllowedOrigins
}

export interface Hub extends Omit<HubNode, 'accept' | 'identify' | 'accepting' | 'watched' | 'report'> {
  /**
   * Resolves when the hub's own server listens; at once without one of its own. Rejects when it cannot: who neither asks for this nor
   * listens to `error` has an unhandled rejection, for a server that is deaf must not pass for one.
   */
  readonly ready: Promise<void>
  /** Of the server, once it listens. */
  readonly port: number | undefined
  /** Takes an upgrade, for `noServer`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** The counts in the text format of Prometheus. */
  metrics(): string
}

/**
 * Exactly one of `server`, `noServer` and `port` says where clients come from.
 *
 * @example const hub = createHub({ port: 8080 })
 * hub.on('message', (message) => hub.publish('chat', message))
 * @throws OptionError
 */
export const createHub = (options: HubOptions = {}): Hub => {
  const { server, noServer = false, port, host, path = '/', allowedOrigins } = options
  const ways = [server !== undefined, noServer, port !== undefined].filter(Boolean).length
  check('server, noServer, port', ways, ways === 1, 'exactly one of them')
  check('path', path, path.startsWith('/') && !path.includes('?'), "a path such as '/ws'")
  const isPort = port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)
  check('port', port, isPort, 'a whole number from 0 to 65535')
  checkOrigins(allowedOrigins)
  const limits = checkLimits(options.limits)
  const node = createNode(options)
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frame,
    // Compression costs about 300 KiB per connection, and leaks the length of secrets beside chosen text.
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(PROTOCOL) ? PROTOCOL : [...protocols][0]!),
  })
  /** Upgrades whose user is being asked for. */
  const pending = new Set<Duplex>()
  let connections = 0
  let refused = 0
  let closed = false

  const refuse = (socket: Duplex, status: 401 | 403 | 503): void => {
    refused++
    refuseUpgrade(socket, status)
  }
  const stats = (): Stats => {
    const counts = node.stats()
    return { ...counts, refused: counts.refused + refused }
  }
  const open = (request: IncomingMessage, socket: Duplex, head: Buffer, user?: User): void => {
    sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      connections++
      webSocket.on('close', () => connections--)
      node.accept(webSocket, request, user)
    })
  }
  /** A plain client shows what it has with the request; what comes after is frames. */
  const admit = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    pending.add(socket)
    const late = setTimeout(() => socket.destroy(), limits.hello)
    const { user } = await node.identify(request)
    clearTimeout(late)
    pending.delete(socket)
    if (socket.destroyed) return
    if (!node.accepting) return refuse(socket, 503)
    if (!user) return refuse(socket, 401)
    return open(request, socket, head, user)
  }
  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A socket that breaks before it is a WebSocket's must not end the process.
    socket.on('error', () => socket.destroy())
    if (!node.accepting || connections + pending.size >= limits.connections) return refuse(socket, 503)
    if (!isAllowed(allowedOrigins, request)) return refuse(socket, 403)
    if (offered(request).includes(PROTOCOL)) return open(request, socket, head)
    return void admit(request, socket, head)
  }
  const own = port === undefined ? undefined : createServer((_, response) => response.writeHead(426).end())
  const http = own ?? server
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) === path) handleUpgrade(request, socket, head)
    else if (http?.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404)
  }
  http?.on('upgrade', upgrade)
  const ready = new Promise<void>((resolve, reject) => {
    if (!own) return resolve()
    own.once('error', reject)
    own.listen(port, host, () => {
      own.off('error', reject)
      resolve()
    })
  })
  let awaited = false
  ready.catch((error: unknown) => {
    if (node.watched) node.report(error)
    else if (!awaited) throw error
  })

  return {
    name: node.name,
    on: node.on,
    publish: node.publish,
    broadcast: node.broadcast,
    presence: node.presence,
    drain: node.drain,
    stats,
    metrics: () => metricsText(stats()),
    handleUpgrade,
    get ready() {
      awaited = true
      return ready
    },
    get port() {
      const address = http?.address() as AddressInfo | string | null | undefined
      return typeof address === 'object' ? address?.port : undefined
    },
    close: async () => {
      if (!closed) http?.off('upgrade', upgrade)
      closed = true
      for (const socket of pending) socket.destroy()
      await node.close()
      if (!own?.listening) return
      own.closeAllConnections()
      await new Promise((resolve) => own.close(resolve))
    },
  }
}
