/** A TCP proxy that can stop forwarding while its connections stay up, as a network does that vanishes without a FIN. */

import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface DeafProxy {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string
  /** From now on nothing passes through the present connections, in either direction, and nobody is told. New ones work. */
  deafen(): void
  close(): Promise<void>
}

/** @param target the address of a WebSocket server on this machine */
export const startDeafProxy = (target: string): Promise<DeafProxy> => {
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
        deafen: () => {
          for (const socket of [...pairs].flat()) {
            socket.removeAllListeners('data').removeAllListeners('end')
            // Still read, so that the other side can write on, and into nothing.
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
