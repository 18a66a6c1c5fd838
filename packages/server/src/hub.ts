/** The hub: a node behind `ws` and an HTTP server, which is the hub's own, the application's, or none. */

import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { systemClock } from './clock.ts'
import { mountUpgrades } from './connection/mount.ts'
import { type AllowedOrigins, type BeforeUpgrade, checkOrigins } from './connection/upgrade.ts'
import { createUpgrades } from './connection/upgrades.ts'
import { NODE_OPTIONS, type NodeOptions, checkGiven, createHubContext } from './context/hubContext.ts'
import { metricsText } from './metrics/metrics.ts'
import { check, checkMethods, checkNames } from './errors.ts'
import { type Health, createHealthListener, healthOf } from './health.ts'
import type { HubNode } from './hubNode.ts'
import { createNodeIn } from './node.ts'
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
  /**
   * Called for each upgrade before the client is authenticated, for example to refuse an address. Only `true` accepts; a status from 400
   * to 599 refuses with it, `false` with 403. @default every client
   */
  beforeUpgrade?: BeforeUpgrade
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

/** The names of the options that only a hub has. */
const HUB_OPTIONS = Object.keys({
  server: true,
  noServer: true,
  port: true,
  host: true,
  path: true,
  allowedOrigins: true,
  beforeUpgrade: true,
} satisfies Record<Exclude<keyof HubOptions, keyof NodeOptions>, true>)

/** The methods that the hub calls on a server of the application. */
const SERVER_METHODS = ['on', 'off', 'listenerCount', 'address'] satisfies (keyof Server)[]

/** @throws OptionError */
const checkOptions = (options: HubOptions): void => {
  checkNames('', options, [...HUB_OPTIONS, ...NODE_OPTIONS])
  const { server, noServer = false, port, host, path = '/' } = options
  check('noServer', noServer, typeof noServer === 'boolean', 'true or false')
  const sources = [server !== undefined, noServer, port !== undefined].filter(Boolean).length
  check('server, noServer, port', sources, sources === 1, 'exactly one of them')
  if (server !== undefined) checkMethods('server', server, SERVER_METHODS)
  check('path', path, /^\/[^?]*$/.test(path), "a path such as '/ws'")
  const isPort = port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)
  check('port', port, isPort, 'a whole number from 0 to 65535')
  const isHost = host === undefined || (port !== undefined && typeof host === 'string' && host !== '')
  check('host', host, isHost, 'the name or address of this machine, with a port')
  if ('allowedOrigins' in options) checkOrigins(options.allowedOrigins)
  checkGiven(options, 'beforeUpgrade', 'a function', (value) => typeof value === 'function')
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
  const { server, port, host, path = '/', allowedOrigins, beforeUpgrade } = options
  const context = createHubContext(options)
  const node = createNodeIn(context)
  const upgrades = createUpgrades({
    context,
    allowedOrigins,
    beforeUpgrade,
    isAccepting: () => node.accepting,
    identify: node.identify,
    accept: node.accept,
  })
  let closing: Promise<void> | undefined
  const health = (): Health => healthOf({ draining: !node.accepting, full: upgrades.isFull(), store: !node.storeUp })
  const ownServer = port === undefined ? undefined : createServer(createHealthListener(health))
  const httpServer = ownServer ?? server
  const unmount = httpServer && mountUpgrades({ server: httpServer, path, upgrades, timers: context.timers })
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
    unmount?.()
    upgrades.close()
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
    stats: node.stats,
    health,
    metrics: () => metricsText(node.stats(), node.latencies),
    handleUpgrade: upgrades.handle,
    ready,
    get port() {
      const address = httpServer?.address() as AddressInfo | string | null | undefined
      return typeof address === 'object' ? address?.port : undefined
    },
    close: () => (closing ??= close()),
  }
}
