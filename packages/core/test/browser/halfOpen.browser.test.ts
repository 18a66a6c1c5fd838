/** A TCP connection that stands and carries nothing: the proxy stops forwarding without closing it. */

import { expect, onTestFinished, test } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import { commandProxy, createEndpoint } from './support/page.ts'

const connect = async (url: string, closeTimeout = 2000) => {
  const sockets: WebSocket[] = []
  class RecordedWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      sockets.push(this)
    }
  }
  const client = createWebSocket(url, {
    WebSocket: RecordedWebSocket,
    // `echo` answers every text with itself.
    heartbeat: { interval: 200, timeout: 200, message: 'ping', isReply: (message) => message === 'ping' },
    reconnect: { minDelay: 10, baseDelay: 10 },
    closeTimeout,
  })
  onTestFinished(() => client.dispose())
  const next = (type: 'open' | 'close'): Promise<unknown> => new Promise((resolve) => client.on(type, resolve))
  await next('open')
  return { client, sockets, next }
}

test('the heartbeat ends a half-open connection, and the next one opens before the old socket reports its close', async () => {
  const { stalling, read } = createEndpoint()
  const { client, sockets, next } = await connect(stalling)
  let closed = false
  sockets[0]!.addEventListener('close', () => (closed = true))
  const lost = next('close')
  await commandProxy({ do: 'stall' })
  expect(await lost).toMatchObject({ cause: 'heartbeat', wasClean: false })
  await expect.poll(() => client.get().status).toBe('open')
  expect(sockets).toHaveLength(2)
  expect(closed).toBe(false)
  expect((await read()).dials).toBe(2)
})

test('close() on a half-open connection ends after closeTimeout, without the close event of the socket', async () => {
  const { stalling } = createEndpoint()
  const { client, sockets, next } = await connect(stalling, 300)
  await commandProxy({ do: 'stall' })
  const closed = next('close')
  client.close(4000, 'done')
  expect(client.get().status).toBe('closing')
  expect(await closed).toMatchObject({ cause: 'user' })
  expect(client.get().status).toBe('closed')
  expect(sockets[0]!.readyState).toBe(WebSocket.CLOSING)
})
