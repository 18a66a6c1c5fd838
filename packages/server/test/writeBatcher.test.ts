/** All frames for a client in one tick are sent with one write. */

import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { createWriteBatcher } from '../src/context/writeBatcher.ts'
import { createHub } from '../src/hub.ts'

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve))

test('a socket is corked once however often it is held, and uncorked at the next tick', async () => {
  const calls: string[] = []
  const socket = {
    writableCorked: 0,
    cork: () => {
      socket.writableCorked++
      calls.push('cork')
    },
    uncork: () => {
      socket.writableCorked--
      calls.push('uncork')
    },
  }
  const batcher = createWriteBatcher()
  batcher.hold(socket)
  batcher.hold(socket)
  expect(calls).toEqual(['cork'])
  await tick()
  expect(calls).toEqual(['cork', 'uncork'])
  batcher.hold(socket)
  await tick()
  expect(calls).toEqual(['cork', 'uncork', 'cork', 'uncork'])
})

test('messages of one tick reach a client in order, in one write, and before a close', async () => {
  const http = createServer()
  const sockets: Socket[] = []
  http.on('connection', (socket) => sockets.push(socket))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const hub = createHub({ server: http })
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`)
  onTestFinished(async () => {
    client.terminate()
    await hub.close()
    http.close()
  })
  const received: unknown[] = []
  client.on('message', (data) => received.push(JSON.parse(data.toString())))
  hub.on('message', async (_, { connection }) => {
    const writes: number[] = []
    const write = sockets[0]!._writev!.bind(sockets[0])
    sockets[0]!._writev = (chunks, done) => {
      writes.push(chunks.length)
      write(chunks, done)
    }
    for (const n of [1, 2, 3]) connection.send(n)
    await hub.broadcast('all')
    await tick()
    connection.send(writes.length)
    connection.close(4000, 'that was all')
  })
  await once(client, 'open')
  client.send('"start"')
  const [code] = (await once(client, 'close')) as [number]
  expect(received).toEqual([1, 2, 3, 'all', 1])
  expect(code).toBe(4000)
})
