/** A TCP proxy that limits what it forwards to the server, like the uplink of a home. */

import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { once } from 'node:events'

export interface SlowProxy {
  /** `ws://127.0.0.1:<port>` */
  readonly url: string
  /** Forwards everything from now on, on all current connections. */
  hurry(): void
  close(): Promise<void>
}

/** Bytes per millisecond, which is 3 MB/s. */
const RATE = 3000

/** @param target the address of a WebSocket server on this machine */
export async function startSlowProxy(target: string): Promise<SlowProxy> {
  const sockets = new Set<Socket>()
  const hurries = new Set<() => void>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    far.pipe(near)
    let last = performance.now()
    // By the time that has passed, because a loaded machine runs the timer less often.
    const timer = setInterval(() => {
      const now = performance.now()
      const size = Math.min(near.readableLength, Math.ceil((now - last) * RATE))
      last = now
      const bytes = size > 0 ? (near.read(size) as Buffer | null) : null
      if (bytes) far.write(bytes)
    }, 5)
    const hurry = (): void => {
      clearInterval(timer)
      near.pipe(far)
    }
    hurries.add(hurry)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(timer)
        hurries.delete(hurry)
        near.destroy()
        far.destroy()
        sockets.delete(socket)
      })
    }
    near.on('end', () => far.end())
    near.read(0) // begins to fill the buffer of the stream, which is in paused mode
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hurry: () => {
      for (const hurry of hurries) hurry()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
