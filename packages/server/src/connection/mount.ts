/** Takes the upgrades of one path of an HTTP server, beside other hubs and other listeners. */

import type { IncomingMessage, Server } from 'node:http'
import type { Server as SecureServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Timers } from '../clock.ts'
import { claimSocket } from './claim.ts'
import { pathOf } from './upgrade.ts'
import type { Upgrades } from './upgrades.ts'

/** How long other listeners have for an upgrade of another path, in ms. */
const UNCLAIMED_TIMEOUT = 1000

export interface MountOptions {
  server: Server | SecureServer
  path: string
  upgrades: Pick<Upgrades, 'handle' | 'refuse'>
  timers: Timers
}

/** Returns a function that ends the waiting upgrades of other paths and removes the listener. */
export const mountUpgrades = ({ server, path, upgrades, timers }: MountOptions): (() => void) => {
  /** Upgrades of other paths that no listener has answered yet. Each ends by its function. */
  const unclaimed = new Set<() => void>()

  const waitForOthers = (request: IncomingMessage, socket: Duplex & { readonly bytesWritten?: number }): void => {
    // An earlier response of the same connection has also written bytes.
    const writtenBefore = socket.bytesWritten
    const end = (): void => {
      cancelTimeout()
      unclaimed.delete(end)
      socket.off('close', end)
      const isAnswered = socket.destroyed || socket.writableEnded || socket.bytesWritten !== writtenBefore
      if (!isAnswered && claimSocket(socket)) upgrades.refuse('path', 404, request, socket)
    }
    const cancelTimeout = timers.after(UNCLAIMED_TIMEOUT, end)
    unclaimed.add(end)
    socket.once('close', end)
  }
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (pathOf(request) === path) return upgrades.handle(request, socket, head)
    // Without a listener, an error of the socket would end the process.
    socket.on('error', () => socket.destroy())
    if (server.listenerCount('upgrade') === 1) return upgrades.refuse('path', 404, request, socket)
    return waitForOthers(request, socket)
  }
  server.on('upgrade', onUpgrade)
  return () => {
    server.off('upgrade', onUpgrade)
    for (const end of [...unclaimed]) end()
  }
}
