// A TCP proxy between a client and a server, for tests: it can freeze connections, cut them, or refuse new ones.
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

/** A running proxy. */
export interface TcpProxy {
  /** The URL for clients, in place of that of the server. */
  readonly url: string
  /** How many connections clients have opened. */
  readonly dials: number
  /** Stops forwarding on the open connections, in both directions, without closing them. New connections are forwarded. */
  freeze(): void
  /** Forwards again, starting with the data that was held back. */
  unfreeze(): void
  /** Cuts the open connections without a close frame, and every new one until `up`. */
  down(): void
  up(): void
  close(): Promise<void>
}

/** @param server `ws://127.0.0.1:<port>` */
export async function startTcpProxy(server: string): Promise<TcpProxy> {
  const pairs = new Set<readonly [client: Socket, upstream: Socket]>()
  let isDown = false
  let dials = 0

  const listener = createServer((client) => {
    dials++
    if (isDown) {
      client.destroy()
      return
    }
    const upstream = connect(Number(new URL(server).port), '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client]] as const) {
      from.pipe(to)
      from
        .on('error', () => {})
        .on('close', () => {
          to.destroy()
          pairs.delete(pair)
        })
    }
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')

  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  return {
    url: `ws://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    get dials() {
      return dials
    },
    freeze() {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).pause()
        upstream.unpipe(client).pause()
      }
    },
    unfreeze() {
      for (const [client, upstream] of pairs) {
        client.pipe(upstream)
        upstream.pipe(client)
      }
    },
    down() {
      isDown = true
      cut()
    },
    up() {
      isDown = false
    },
    close: () =>
      new Promise((resolve) => {
        listener.close(() => resolve())
        cut()
      }),
  }
}
