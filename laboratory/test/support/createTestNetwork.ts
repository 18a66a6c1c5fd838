/** A simulated network with a server that accepts each connection, on a clock that the test advances. */

import { type ArenaClock, createArenaClock } from '../../src/arena/clock.ts'
import type { Link } from '../../src/arena/link.ts'
import { type Network, createNetwork } from '../../src/arena/network.ts'
import type { ServerSocket } from '../../src/arena/serverSocket.ts'

export interface TestNetwork {
  clock: ArenaClock
  network: Network
  /** The server's ends, oldest first. */
  servers: ServerSocket[]
  /** `<time> <what>` of each event at either end. */
  log: string[]
  dials: { client: string; fails: boolean }[]
  states: string[]
  dial(path?: string): WebSocket
  /** The text of the messages, or the reason of the failure, is logged. */
  advance(ms: number): Promise<void>
}

export const createTestNetwork = (accept = (link: Link): ServerSocket | undefined => link.accept('')): TestNetwork => {
  const clock = createArenaClock({
    seed: 1,
    onError: (error) => log.push(String(error)),
    breathe: async () => undefined,
  })
  const log: string[] = []
  const servers: ServerSocket[] = []
  const dials: TestNetwork['dials'] = []
  const states: string[] = []
  const write = (text: string): void => void log.push(`${Math.round(clock.monotonic())} ${text}`)
  const network = createNetwork(clock, {
    onDial: (client, fails) => dials.push({ client, fails }),
    onReach: () => undefined,
    onState: (state) => states.push(state),
    onRequest: (link) => {
      const server = accept(link)
      if (!server) return
      servers.push(server)
      server.on('message', (data) => write(`server message ${String(data)}`))
      server.on('close', (code) => write(`server close ${code}`))
      server.on('pong', () => write('server pong'))
    },
  })
  return {
    clock,
    network,
    servers,
    log,
    dials,
    states,
    dial: (path = 'client') => {
      const socket = new network.WebSocket(`wss://lab.test/${path}`)
      socket.addEventListener('open', () => write('open'))
      socket.addEventListener('error', () => write('error'))
      socket.addEventListener('message', (event) => write(`message ${event.data}`))
      socket.addEventListener('close', ({ code, wasClean }) => write(`close ${code}${wasClean ? ' clean' : ''}`))
      return socket
    },
    advance: (ms) => clock.runUntil(clock.monotonic() + ms),
  }
}
