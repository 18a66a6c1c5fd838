/** A TCP proxy that limits what it forwards to the server, like the uplink of a home. */

import { type AddressInfo, type Socket, connect, createServer } from 'node:net'
import { once } from 'node:events'

/** 30 000 bytes in 10 ms, which is 3 MB/s. */
const BYTES = 30_000
const EVERY = 10

/** @param target the address of a WebSocket server on this machine */
export async function startSlowProxy(target: string): Promise<{ url: string; close(): Promise<void> }> {
  const all = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    far.pipe(near)
    const forward = setInterval(() => {
      const bytes: Buffer | null = near.read(Math.min(BYTES, near.readableLength)) as Buffer | null
      if (bytes) far.write(bytes)
    }, EVERY)
    for (const socket of [near, far]) {
      all.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        clearInterval(forward)
        near.destroy()
        far.destroy()
        all.delete(socket)
      })
    }
    near.on('end', () => far.end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of all) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
