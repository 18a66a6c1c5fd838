/**
 * The process that is attacked: hubs with default limits, each with one application, at paths of one server. It prints its port, then
 * answers each line of the input with its memory and counts as JSON: `look`, `gc` after a garbage collection, `cut` after it has ended all
 * connections. Run it with `--expose-gc`.
 */

import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { type HubOptions, createHub } from '../../src/hub.ts'

/** What the process answers. */
export interface Memory {
  /** The heap and the memory outside of it, after garbage collection, in bytes. */
  held: number
  /** The bytes that the sockets have received. */
  received: number
  connections: number
}

const never = (): Promise<never> => new Promise(() => undefined)
/** An answer that is as long as an application may send. */
const LONG_ANSWER = 'x'.repeat(60_000)

const server = createServer()
const open = (path: string, options: Omit<HubOptions, 'server' | 'path'> = {}): ReturnType<typeof createHub> => {
  const hub = createHub({ server, path, ...options })
  hub.on('error', () => undefined)
  return hub
}
const hanging = open('/hanging')
hanging.on('message', never)
const hubs = [
  hanging,
  open('/idle'),
  open('/auth', { authenticate: ({ token }) => (token === 'slow' ? never() : { id: 'ann' }) }),
  open('/answers'),
  open('/presence', { presence: true, authenticate: () => ({ id: 'ann', info: 'x'.repeat(4000) }) }),
  open('/upgrade', { beforeUpgrade: never }),
]
for (const hub of hubs) hub.on('request', () => LONG_ANSWER)

let received = 0
const sockets = new Set<Socket>()
server.on('connection', (socket) => {
  sockets.add(socket)
  socket.once('close', () => {
    received += socket.bytesRead
    sockets.delete(socket)
  })
})

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line === 'gc') globalThis.gc!()
    if (line === 'cut') for (const socket of sockets) socket.destroy()
    const { heapUsed, external } = process.memoryUsage()
    const memory: Memory = {
      held: heapUsed + external,
      received: [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, received),
      connections: sockets.size,
    }
    console.log(JSON.stringify(memory))
  })
  .on('close', () => process.exit()) // the test process has ended

server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`))
