/** The class over real sockets of `ws`. */

import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { OneShotWebSocket, ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { type EchoServer, startEchoServer } from '../support/echoServer.ts'

let server: EchoServer
beforeAll(async () => {
  server = await startEchoServer()
})
afterAll(() => server.close())

/** Resolves with the next event of a type. */
const next = (socket: EventTarget, type: string): Promise<Event & { data?: unknown; code?: number }> =>
  new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }))

test('sends what was queued, echoes, closes with 1005 and opens again with reconnect()', async () => {
  const socket = new ReconnectingWebSocket(server.url, [], { WebSocket })
  expect(socket.send('early')).toBe(false)
  expect((await next(socket, 'message')).data).toBe('early')
  socket.close()
  expect(socket.readyState).toBe(2)
  expect((await next(socket, 'close')).code).toBe(1005)
  socket.reconnect()
  expect(socket.readyState).toBe(0)
  await next(socket, 'open')
  socket.close(4001, 'done')
  expect((await next(socket, 'close')).code).toBe(4001)
})

test('OneShotWebSocket reports a refused dial by error and close 1006, and does not dial again', async () => {
  const socket = new (OneShotWebSocket.with({ WebSocket }))(`${server.url}/refuse`)
  const events: string[] = []
  for (const type of ['error', 'close', 'stop']) socket.addEventListener(type, () => void events.push(type))
  expect((await next(socket, 'close')).code).toBe(1006)
  expect(events).toEqual(['error', 'close'])
  expect(socket.client.get().status).toBe('closed')
})
