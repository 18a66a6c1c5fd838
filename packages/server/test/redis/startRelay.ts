/** A TCP relay with one address, such as a load balancer or a DNS name: new connections lead to the current target. */
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface Relay {
  readonly url: string
  /** The port to which new connections lead. Open connections stay with the previous target. */
  target: number
  /** Delays each chunk of data in each direction, in ms. */
  delay: number
  /** How many connections were made. */
  readonly connections: number
  end(): Promise<void>
}

export const portOf = (url: string): number => Number(new URL(url).port)

export const startRelay = async (target: number): Promise<Relay> => {
  const sockets = new Set<Socket>()
  const forward = (from: Socket, to: Socket): void => {
    from.on('data', (data) => {
      if (relay.delay === 0) to.write(data)
      else setTimeout(() => to.write(data), relay.delay)
    })
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
  let connections = 0
  const server = createServer((client) => {
    connections++
    const upstream = connect(relay.target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    forward(client, upstream)
    forward(upstream, client)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    delay: 0,
    get connections() {
      return connections
    },
    async end() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return relay
}
