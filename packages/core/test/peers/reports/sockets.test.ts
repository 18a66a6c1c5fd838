/** Reports that depend on a real network: sockets of `ws` on a free port, with servers that refuse, fail or never answer. */

import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Codec, type WebSocketClient, type WebSocketOptions, createWebSocket, json } from '../../../src/index.ts'
import { type EchoServer, startEchoServer } from '../../support/echoServer.ts'
import { recordEvents } from '../../support/recordEvents.ts'
import { startStallingProxy } from '../../support/stallingProxy.ts'
import { until, untilStatus } from '../../support/until.ts'

/** Each is called after the test, in this order. */
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const startServer = async (port?: number): Promise<EchoServer> => {
  const server = await startEchoServer(port)
  ends.unshift(() => server.close())
  return server
}
const connect = <In, Out>(url: string, options: WebSocketOptions<In, Out> = {}): WebSocketClient<In, Out> => {
  const client = createWebSocket<In, Out>(url, {
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    ...options,
  })
  ends.unshift(() => client.dispose())
  return client
}

test('(rxjs#6848, rxjs#5312) a message that is no JSON is reported, and the next one is received', async () => {
  const { url } = await startServer()
  // The echo server returns what is sent.
  const decode = json<{ n: number }>().decode
  const codec: Codec<{ n: number }, string> = { encode: (text) => text, decode }
  const client = connect(url, { codec })
  const errors = recordEvents(client, 'error')
  client.send('{"n":')
  client.send('{"n":1}')
  expect(await until(client, 'message')).toEqual({ n: 1 })
  expect(errors.map(({ name }) => name)).toEqual(['DecodeError'])
  expect(client.get().status).toBe('open')
})

test('(rxjs#7111) a message that cannot be encoded throws with its cause, and the next one is sent', async () => {
  const { url } = await startServer()
  const client = connect<object, object>(url, { codec: json() })
  await client.opened()
  const cyclic: Record<string, unknown> = {}
  cyclic.self = cyclic
  expect(() => client.send(cyclic)).toThrow(
    expect.objectContaining({ name: 'EncodeError', cause: expect.any(TypeError) }),
  )
  client.send({ n: 2 })
  expect(await until(client, 'message')).toEqual({ n: 2 })
})

test('(graphql-ws#244) the error of a handshake that is refused with 401 contains the status', async () => {
  const { url } = await startServer()
  const client = connect(`${url}/refuse?status=401`)
  const error = await until(client, 'error')
  expect(error.message).toContain('Unexpected server response: 401')
})

test('(graphql-ws#356) a client whose first dial is refused opens when the server has started', async () => {
  const { url, close } = await startEchoServer()
  await close()
  const client = connect(url, { reconnect: { minDelay: 20, baseDelay: 20, maxDelay: 20 } })
  await until(client, 'retry')
  await startServer(Number(new URL(url).port))
  await untilStatus(client, 'open')
  expect(client.get().attempt).toBe(0)
})

test('(rails#23813) open() after close() opens at once although the server never answers the close frame', async () => {
  const { url } = await startServer()
  const proxy = await startStallingProxy(url)
  ends.unshift(() => proxy.close())
  const client = connect(proxy.url, { closeTimeout: 3_600_000 })
  await client.opened()
  proxy.stall()
  client.close()
  expect(client.get().status).toBe('closing')
  client.open()
  await untilStatus(client, 'open')
})

test('(rails#23813) close() ends after closeTimeout although the server never answers the close frame', async () => {
  const { url } = await startServer()
  const proxy = await startStallingProxy(url)
  ends.unshift(() => proxy.close())
  const client = connect(proxy.url, { closeTimeout: 50 })
  await client.opened()
  proxy.stall()
  client.close()
  await untilStatus(client, 'closed')
  expect(client.get().lastClose).toMatchObject({ cause: 'user', wasClean: false, final: true })
})

test('(y-sweet#394, graphql-ws#163) a client that is disposed, or released by its last user, dials no more', async () => {
  let dials = 0
  const server = createServer((socket) => {
    dials++
    socket.on('error', () => {}).destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.unshift(() => new Promise((resolve) => server.close(resolve)))
  const url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`
  const reconnect = { minDelay: 1, baseDelay: 1, maxDelay: 1 }
  const disposed = connect(url, { reconnect })
  const lazy = connect(url, { reconnect, lazy: true, linger: 0 })
  const release = lazy.retain()
  await Promise.all([
    until(disposed, 'retry', ({ attempt }) => attempt > 2),
    until(lazy, 'retry', ({ attempt }) => attempt > 2),
  ])
  disposed.dispose()
  release()
  await untilStatus(lazy, 'closed')
  // A third client shows that the server would see more dials: those that were under way arrive before its own.
  const other = connect(url, { reconnect })
  await until(other, 'retry')
  const before = dials
  await until(other, 'retry', ({ attempt }) => attempt > 5)
  other.dispose()
  expect(dials - before).toBeLessThanOrEqual(5)
})
