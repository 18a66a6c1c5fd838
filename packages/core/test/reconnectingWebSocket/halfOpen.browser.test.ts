/** A connection that is open and carries nothing, in real engines: the proxy stops forwarding without closing it. */

import { expect, onTestFinished, test } from 'vitest'
import { type Options, OneShotWebSocket, ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { commandProxy, createEndpoint } from '../browser/support/page.ts'

/** `echo` answers every text with itself. */
const heartbeat: Options['heartbeat'] = {
  interval: 200,
  timeout: 200,
  message: 'ping',
  isReply: (message) => message === 'ping',
}

const describeEvent = (event: Event): string => {
  if (event instanceof CloseEvent) return `close ${event.code} ${event.wasClean}`
  if (event instanceof ErrorEvent) return `error ${(event.error as Error).name}`
  return event.type
}

/** Opens a socket through the proxy, and stops the proxy. `platform` are the sockets of the platform. */
const openAndStall = async (create: (url: string, platform: typeof WebSocket) => WebSocket) => {
  const platform: WebSocket[] = []
  class RecordedWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      platform.push(this)
    }
  }
  const endpoint = createEndpoint()
  const socket = create(endpoint.stalling, RecordedWebSocket)
  onTestFinished(() => socket.close())
  const events: string[] = []
  for (const type of ['open', 'message', 'error', 'close']) {
    socket.addEventListener(type, (event) => events.push(describeEvent(event)))
  }
  await expect.poll(() => events).toEqual(['open'])
  await commandProxy({ do: 'stall' })
  return { socket, events, platform, endpoint }
}

test('ReconnectingWebSocket: close 4000 after the heartbeat timeout, and a new connection before the old one has closed', async () => {
  const { socket, events, platform, endpoint } = await openAndStall(
    (url, WebSocket) =>
      new ReconnectingWebSocket(url, [], { WebSocket, heartbeat, minReconnectionDelay: 10, maxReconnectionDelay: 10 }),
  )
  await expect.poll(() => events).toEqual(['open', 'error HeartbeatTimeoutError', 'close 4000 false', 'open'])
  expect(platform).toHaveLength(2)
  expect(platform[0]!.readyState).toBe(WebSocket.CLOSING)
  socket.send('after the return')
  await expect.poll(() => events.at(-1)).toBe('message')
  expect((await endpoint.read()).messages).toContain('after the return')
})

test('OneShotWebSocket: close 4000 after the heartbeat timeout, and no new connection', async () => {
  const { socket, events, platform, endpoint } = await openAndStall(
    (url, WebSocket) => new (OneShotWebSocket.with({ WebSocket, heartbeat }))(url),
  )
  await expect.poll(() => events).toEqual(['open', 'error HeartbeatTimeoutError', 'close 4000 false'])
  expect(socket.readyState).toBe(WebSocket.CLOSED)
  expect(platform).toHaveLength(1)
  expect((await endpoint.read()).dials).toBe(1)
})

test('OneShotWebSocket: close() ends with 1006 after closeTimeout, without the close event of the platform', async () => {
  const { socket, events, platform } = await openAndStall(
    (url, WebSocket) => new (OneShotWebSocket.with({ WebSocket, closeTimeout: 300 }))(url),
  )
  socket.close(1000, 'done')
  expect(socket.readyState).toBe(WebSocket.CLOSING)
  await expect.poll(() => events).toEqual(['open', 'close 1006 false'])
  expect(socket.readyState).toBe(WebSocket.CLOSED)
  expect(platform[0]!.readyState).toBe(WebSocket.CLOSING)
})
