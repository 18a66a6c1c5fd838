/** A TCP proxy that fails on command and counts the connections that pass it. */

import { once } from 'node:events'
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net'

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
  /** Resets all connections and refuses new ones. */
  breakDown(): Promise<void>
  /** Accepts connections again. */
  repair(): Promise<void>
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
  let [port, peak, dials] = [0, 0, 0]
  let server: Server | undefined

  const changed = (): void => {
    peak = Math.max(peak, open.size)
    for (const check of waiting) check()
  }
  const remove = (near: Socket): void => {
    halfOpen.delete(near)
    if (open.delete(near)) changed()
  }
  const accept = (near: Socket): void => {
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
  const listen = async (): Promise<void> => {
    server = createServer({ noDelay: true }, accept).listen(port, HOST)
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  }
  const reset = (): void => {
    for (const near of [...open, ...halfOpen]) {
      near.resetAndDestroy()
      remove(near)
    }
  }
  const stopListening = async (): Promise<void> => {
    const closed = server && once(server, 'close')
    server?.close()
    server = undefined
    reset()
    await closed
  }

  await listen()
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
    breakDown: stopListening,
    repair: listen,
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
      await stopListening()
      for (const far of servers) far.destroy()
    },
  }
  return link
}
