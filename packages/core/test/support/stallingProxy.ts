/** A TCP proxy that can stop forwarding while its connections stay open, like a network that fails without a FIN. */

import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface StallingProxy {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string
  /** Stops forwarding on all current connections, in both directions and without closing them. New connections work. */
  stall(): void
  close(): Promise<void>
}

/** @param target the address of a WebSocket server on this machine */
export const startStallingProxy = (target: string): Promise<StallingProxy> => {
  const pairs = new Set<[near: Socket, far: Socket]>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('data', (bytes) => void to.write(bytes))
      from.on('end', () => to.end())
      from.on('error', () => to.destroy())
    }
    near.on('close', () => {
      far.destroy()
      pairs.delete(pair)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({
        url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
        stall: () => {
          for (const socket of [...pairs].flat()) {
            socket.removeAllListeners('data').removeAllListeners('end')
            // Keeps reading, so that the other side can still write.
            socket.resume()
          }
        },
        close: () =>
          new Promise((closed) => {
            for (const socket of [...pairs].flat()) socket.destroy()
            server.close(() => closed())
          }),
      }),
    )
  })
}
