/** The hub: a node behind `ws` and an HTTP server, which is the hub's own, the application's, or none. */

import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type AllowedOrigins, checkOrigins, pathOf, refuseUpgrade } from './connection/upgrade.ts'
import { createUpgrades } from './connection/upgrades.ts'
import { type NodeOptions, createHubContext } from './context/hubContext.ts'
import { metricsText } from './context/metrics.ts'
import { check } from './errors.ts'
import { type HubNode, createNodeIn } from './node.ts'

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

export interface Hub extends Omit<HubNode, 'accept' | 'identify' | 'accepting' | 'report'> {
  /**
   * Resolves when the hub's own server listens, or at once without a server of its own. Rejects when the server cannot listen. That
   * failure is also an `error` event, or is written to the console without a listener, so a rejection needs no handler.
   */
  readonly ready: Promise<void>
  /** The port of the server. Undefined until it listens. */
  readonly port: number | undefined
  /** Handles an upgrade request, whatever its path. With `noServer`, the application must call it. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Returns the counts in the text format of Prometheus. */
  metrics(): string
  /** Closes all clients and the hub's own server. No timer or listener remains. */
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
  const context = createHubContext(options)
  const node = createNodeIn(context)
  const { handle, close } = createUpgrades({
    context,
    allowedOrigins,
    isAccepting: () => node.accepting,
    identify: node.identify,
    accept: node.accept,
  })
  let closed = false

  const ownServer = port === undefined ? undefined : createServer((_, response) => response.writeHead(426).end())
  const httpServer = ownServer ?? server
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) === path) handle(request, socket, head)
    else if (httpServer?.listenerCount('upgrade') === 1) refuseUpgrade(socket, 404)
  }
  httpServer?.on('upgrade', onUpgrade)
  const ready = new Promise<void>((resolve, reject) => {
    if (!ownServer) return resolve()
    ownServer.once('error', reject)
    ownServer.listen(port, host, () => {
      ownServer.off('error', reject)
      resolve()
    })
  })
  ready.catch(node.report)

  return {
    name: node.name,
    on: node.on,
    publish: node.publish,
    broadcast: node.broadcast,
    presence: node.presence,
    drain: node.drain,
    stats: node.stats,
    metrics: () => metricsText(node.stats()),
    handleUpgrade: handle,
    ready,
    get port() {
      const address = httpServer?.address() as AddressInfo | string | null | undefined
      return typeof address === 'object' ? address?.port : undefined
    },
    close: async () => {
      if (!closed) httpServer?.off('upgrade', onUpgrade)
      closed = true
      close()
      await node.close()
      if (!ownServer?.listening) return
      ownServer.closeAllConnections()
      await new Promise((resolve) => ownServer.close(resolve))
    },
  }
}
