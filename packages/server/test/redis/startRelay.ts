/** A TCP relay with one address, such as a load balancer or a DNS name: new connections lead to the current target. */
import { once } from 'node:events'
import { type AddressInfo, type Socket, connect, createServer } from 'node:net'

export interface Relay {
  readonly url: string
  /** The port to which new connections lead. Open connections stay with the previous target. */
  target: number
  /** Delays each chunk of data in each direction, in ms. */
  delay: number
  /** How many times data went to the target after data had come from it, on any connection. */
  readonly roundTrips: number
  end(): Promise<void>
}

export const portOf = (url: string): number => Number(new URL(url).port)

export const startRelay = async (target: number): Promise<Relay> => {
  const sockets = new Set<Socket>()
  let roundTrips = 0
  let isAnswered = true
  const forward = (from: Socket, to: Socket, isRequest: boolean): void => {
    from.on('data', (data) => {
      if (isRequest && isAnswered) roundTrips++
      isAnswered = !isRequest
      if (relay.delay === 0) to.write(data)
      else setTimeout(() => to.write(data), relay.delay)
    })
    from.on('close', () => to.destroy())
    from.on('error', () => to.destroy())
  }
  const server = createServer((client) => {
    const upstream = connect(relay.target, '127.0.0.1')
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    forward(client, upstream, true)
    forward(upstream, client, false)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target,
    delay: 0,
    get roundTrips() {
      return roundTrips
    },
    async end() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
  return relay
}
