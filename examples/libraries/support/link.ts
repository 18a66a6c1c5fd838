/** A TCP proxy that fails on command and counts the connections that pass it. */

import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface Link {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string
  /** Open connections, without those that are half-open. */
  readonly connections: number
  /** The largest number of `connections` so far. */
  readonly peak: number
  /** All connections so far. */
  readonly dials: number
  /** Resets all connections. */
  reset(): void
  /** Resets all connections, and each new one at once. It keeps the port, which another server might take meanwhile. */
  breakDown(): void
  /** Forwards new connections again. */
  repair(): void
  /** Stops forwarding on all open connections without closing them. New connections work. */
  stall(): void
  /** Resolves when the condition is true. It is checked whenever a connection opens or closes. */
  until(condition: (link: Link) => boolean): Promise<void>
  close(): Promise<void>
}

const HOST = '127.0.0.1'

/** @param target the port of the server */
export const createLink = async (target: number): Promise<Link> => {
  const open = new Set<Socket>()
  const servers = new Set<Socket>()
  const halfOpen = new Set<Socket>()
  const waiting = new Set<() => void>()
  let [peak, dials] = [0, 0]
  let isDown = false

  const changed = (): void => {
    peak = Math.max(peak, open.size)
    for (const check of waiting) check()
  }
  const remove = (near: Socket): void => {
    halfOpen.delete(near)
    if (open.delete(near)) changed()
  }
  const accept = (near: Socket): void => {
    if (isDown) return void near.resetAndDestroy()
    const far = connect({ port: target, host: HOST, noDelay: true })
    servers.add(far)
    const forwards = (): boolean => !halfOpen.has(near)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => forwards() && to.write(bytes))
      from.on('error', () => undefined)
    }
    // One side of a half-open connection does not notice that the other side has left.
    near.on('close', () => {
      if (forwards()) far.destroy()
      remove(near)
    })
    far.on('close', () => {
      servers.delete(far)
      if (forwards()) near.destroy()
    })
    open.add(near)
    dials++
    changed()
  }
  const reset = (): void => {
    for (const near of [...open, ...halfOpen]) {
      near.resetAndDestroy()
      remove(near)
    }
  }
  const server = createServer({ noDelay: true }, accept).listen(0, HOST)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const link: Link = {
    url: `ws://${HOST}:${port}`,
    get connections() {
      return open.size
    },
    get peak() {
      return peak
    },
    get dials() {
      return dials
    },
    reset,
    breakDown() {
      isDown = true
      reset()
    },
    repair() {
      isDown = false
    },
    stall() {
      for (const near of open) {
        halfOpen.add(near)
        open.delete(near)
      }
    },
    until: (condition) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!condition(link)) return
          waiting.delete(check)
          resolve()
        }
        waiting.add(check)
        check()
      }),
    async close() {
      server.close()
      reset()
      await once(server, 'close')
      for (const far of servers) far.destroy()
    },
  }
  return link
}
