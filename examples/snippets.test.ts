/** Runs the examples of the documentation that need no page, unchanged. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createFakeServer } from '@holdfast/core/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { connect } from './node.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** Replaces the network. The snippets use it as the global WebSocket. */
const fakeNetwork = () => {
  const server = createFakeServer()
  vi.stubGlobal('WebSocket', server.WebSocket)
  vi.useFakeTimers()
  return server
}

test('plain.ts queues, sends, receives and reconnects', async () => {
  const server = fakeNetwork()
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  await import('./plain.ts')
  await vi.advanceTimersByTimeAsync(0)
  expect(server.last.received).toEqual(['{"text":"hello"}'])
  server.last.send('{"text":"hello yourself"}')
  expect(log).toHaveBeenLastCalledWith('hello yourself')
  server.last.drop()
  expect(log).toHaveBeenLastCalledWith(expect.stringMatching(/^attempt 1 in \d+ ms$/))
  await vi.advanceTimersByTimeAsync(1250)
  expect(server.alive).toBe(1)
})

test('token.ts fetches a ticket for each connection, and fails the attempt without one', async () => {
  const server = fakeNetwork()
  const answers = [new Response('one'), new Response('', { status: 503 }), new Response('two')]
  const fetch = vi.fn<typeof globalThis.fetch>(async () => answers.shift()!)
  vi.stubGlobal('fetch', fetch)
  const { live } = await import('./token.ts')
  await vi.advanceTimersByTimeAsync(0)
  server.last.close(4401, 'expired')
  await vi.advanceTimersByTimeAsync(1250)
  expect(live.get().lastClose?.cause).toBe('provider')
  await vi.advanceTimersByTimeAsync(2250)
  expect(live.get().status).toBe('open')
  expect(server.connections.map(({ url }) => url)).toEqual([
    'wss://example.org/live?ticket=one',
    'wss://example.org/live?ticket=two',
  ])
  expect(fetch.mock.calls[0]?.[1]?.signal).toBeInstanceOf(AbortSignal)
  live.dispose()
})

test('node.ts connects to a real server through ws', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  sockets.on('connection', (socket) =>
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
  )
  await once(sockets, 'listening')
  const client = connect(`ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`)
  try {
    client.send('text')
    client.send(new Uint8Array([1, 2, 3]))
    const read: unknown[] = []
    for await (const message of client.messages()) if (read.push(message) === 2) break
    expect(read).toEqual(['text', new Uint8Array([1, 2, 3]).buffer])
  } finally {
    client.dispose()
    sockets.close()
  }
})
