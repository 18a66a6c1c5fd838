/** The hub: a node behind `ws` and an HTTP server, which is the hub's own, the application's, or none. */

import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { systemClock } from './clock.ts'
import { SUBPROTOCOL } from './connection/link.ts'
import {
  type AllowedOrigins,
  checkOrigins,
  isAllowed,
  offeredProtocols,
  pathOf,
  refuseUpgrade,
} from './connection/upgrade.ts'
import type { NodeOptions } from './context/hubContext.ts'
import type { User } from './context/hubEvents.ts'
import { checkLimits } from './context/limits.ts'
import { metricsText } from './context/metrics.ts'
import type { Stats } from './context/stats.ts'
import { check } from './errors.ts'
import { type Health, createHealthListener, healthOf } from './health.ts'
import { type HubNode, createNode } from './node.ts'
import { createShutdownStep } from './shutdown.ts'

export interface HubOptions extends NodeOptions {
  /**
   * The HTTP server whose upgrades the hub accepts: of `node:http`, `node:https`, Express's `listen()`, or Fastify's `server`. The hub
   * does not close it.
   */
  server?: Server | SecureServer
  /** No server: the application calls `handleUpgrade`. @default false */
  noServer?: boolean
  /** Starts a server of the hub's own on this port. 0 selects a free one. */
  port?: number
  /** The address at which the hub's own server listens. @default all interfaces */
  host?: string
  /** The path of the hub. Upgrades of other paths are left to other listeners, or answered with 404 if there are none. @default '/' */
  path?: string
  /** The origins of pages that may connect. Set it if `authenticate` reads cookies. @default all origins */
  allowedOrigins?: AllowedOrigins
}

export interface Hub extends Omit<HubNode, 'accept' | 'identify' | 'report' | 'latencies' | 'storeUp'> {
  /**
   * Resolves when the hub's own server listens, or at once without a server of its own. Rejects when the server cannot listen. That
   * failure is also an `error` event, or is written to the console without a listener, so a rejection needs no handler.
   */
  readonly ready: Promise<void>
  /** The port of the server. Undefined until it listens. */
  readonly port: number | undefined
  /** Handles an upgrade request, whatever its path. With `noServer`, the application must call it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /**
   * Returns whether the hub can take more clients, and if not why. With a port of its own, the hub answers `GET /healthz` with 200, and
   * `GET /readyz` with 200 or 503 and this object.
   */
  health(): Health
  /** Returns the counts in the text format of Prometheus. */
  metrics(): string
  /** Closes all clients and the hub's own server within a few seconds. No timer or listener remains. Never rejects. */
  close(): Promise<void>
}

/** @throws OptionError */
const checkOptions = ({ server, noServer = false, port, path = '/', allowedOrigins }: HubOptions): void => {
  const sources = [server !== undefined, noServer, port !== undefined].filter(Boolean).length
  check('server, noServer, port', sources, sources === 1, 'exactly one of them')
  check('path', path, path.startsWith('/') && !path.includes('?'), "a path such as '/ws'")
  const isPort = port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)
  check('port', port, isPort, 'a whole number from 0 to 65535')
  checkOrigins(allowedOrigins)
}

/**
 * Creates a hub. Exactly one of `server`, `noServer` and `port` must be given.
 *
 * @example const hub = createHub({ port: 8080 })
 * hub.on('message', (message) => hub.publish('chat', message))
 * @throws OptionError
 */
export const createHub = (options: HubOptions = {}): Hub => {
  checkOptions(options)
  const { server, port, host, path = '/', allowedOrigins } = options
  const limits = checkLimits(options.limits)
  const node = createNode(options)
  const webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: limits.frame,
    // Compression needs about 300 KiB per connection, and can leak secrets that share a message with chosen text.
    perMessageDeflate: false,
    // Called only for a client that offers a protocol. A plain client gets its first one.
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : [...protocols][0]!),
  })
  /** Upgrades that wait for `authenticate`. */
  const pending = new Set<Duplex>()
  let connections = 0
  /** Upgrades that the hub refused. The node counts the clients that it refused itself. */
  let refused = 0
  let closing: Promise<void> | undefined

  const isFull = (): boolean => connections + pending.size >= limits.connections
  const health = (): Health => healthOf({ draining: !node.accepting, full: isFull(), store: !node.storeUp })
  const refuse = (socket: Duplex, status: 401 | 403 | 503): void => {
    refused++
    refuseUpgrade(socket, status)
  }
  const stats = (): Stats => {
    const counts = node.stats()
    return { ...counts, refused: counts.refused + refused }
  }
  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, user?: User): void => {
    webSockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
      connections++
      webSocket.on('close', () => connections--)
      node.accept(webSocket, request, user)
    })
  }
  /** A plain client is authenticated by its request, because it sends no `hello`. */
  const upgradePlain = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    pending.add(socket)
    const timeout = setTimeout(() => socket.destroy(), limits.hello)
    const { user } = await node.identify(request)
    clearTimeout(timeout)
    pending.delete(socket)
    if (socket.destroyed) return
    if (!node.accepting) return refuse(socket, 503)
    if (!user) return refuse(socket, 401)
    return upgrade(request, socket, head, user)
  }
  const handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Without a listener, an error before the upgrade would end the process.
    socket.on('error', () => socket.destroy())
    if (!node.accepting || isFull()) return refuse(socket, 503)
    if (!isAllowed(allowedOrigins, request)) return refuse(socket, 403)
    if (offeredProtocols(request).includes(SUBPROTOCOL)) return upgrade(request, socket, head)
    return void upgradePlain(request, socket, head)
  }

  const ownServer = port === undefined ? undefined : createServer(createHealthListener(health))
  const httpServer = ownServer ?? server
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) === path) handleUpgrade(request, socket, head)
    else if (httpServer?.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404)
  }
  httpServer?.on('upgrade', onUpgrade)
  const ready = new Promise<void>((resolve, reject) => {
    if (!ownServer) return resolve()
    ownServer.once('error', reject)
    ownServer.listen(port, host, () => {
      ownServer.off('error', reject)
      if (closing) ownServer.close() // closed while the host name was looked up
      resolve()
    })
  })
  ready.catch(node.report)

  const close = async (): Promise<void> => {
    httpServer?.off('upgrade', onUpgrade)
    for (const socket of pending) socket.destroy()
    await node.close()
    if (!ownServer?.listening) return
    const step = createShutdownStep(options.clock ?? systemClock, node.report)
    await step('the server', () => {
      const closed = new Promise((resolve) => ownServer.close(resolve))
      ownServer.closeAllConnections()
      return closed
    })
  }
  return {
    name: node.name,
    get accepting() {
      return node.accepting
    },
    on: node.on,
    publish: node.publish,
    broadcast: node.broadcast,
    presence: node.presence,
    drain: node.drain,
    stats,
    health,
    metrics: () => metricsText(stats(), node.latencies),
    handleUpgrade,
    ready,
    get port() {
      const address = httpServer?.address() as AddressInfo | string | null | undefined
      return typeof address === 'object' ? address?.port : undefined
    },
    close: () => (closing ??= close()),
  }
}
