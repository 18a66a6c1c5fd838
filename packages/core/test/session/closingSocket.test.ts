/** The server has started the closing handshake: the socket is CLOSING, and its close event has not arrived yet. */

import { expect, test, vi } from 'vitest'
import { createFakeHub } from './support/createFakeHub.ts'

const CLOSING = 2

const connectThenClose = () => {
  const hub = createFakeHub()
  const client = hub.connectWelcomed({ streams: ['room'] })
  Object.assign(hub.server.last.socket, { readyState: CLOSING })
  const { onmessage } = hub.server.last.socket
  // A platform socket discards what it is given now, and a browser prints a warning.
  const handedOver = vi.spyOn(hub.server.last.socket, 'send')
  /** A message that was already in the buffer of the platform. */
  const receiveLate = (frame: object): void =>
    onmessage!.call(hub.server.last.socket, { data: JSON.stringify(frame) } as MessageEvent)
  return { ...hub, client, receiveLate, handedOver }
}

test('send() queues on a socket that is closing, and sends after the reconnect', () => {
  const { client, framesOfType, server, reconnectWelcomed, handedOver } = connectThenClose()
  expect([client.send('hello'), handedOver.mock.calls]).toEqual(['queued', []])
  server.last.drop()
  reconnectWelcomed(client)
  expect(framesOfType('emit')).toEqual([{ t: 'emit', d: 'hello' }])
})

test('deliver() hands no frame to a socket that is closing, and sends it once after the reconnect', async () => {
  const { client, framesOfType, server, reconnectWelcomed, sendFrame, handedOver } = connectThenClose()
  const delivered = client.deliver('hello')
  expect(handedOver.mock.calls).toEqual([])
  server.last.drop()
  reconnectWelcomed(client)
  expect(framesOfType('send')).toEqual([{ t: 'send', seq: 1, d: 'hello' }])
  sendFrame({ t: 'ack', seq: 1 })
  expect(await delivered).toEqual({ seq: 1 })
})

test('neither a pong nor a subscription is handed to a socket that is closing', () => {
  const { client, receiveLate, server, handedOver } = connectThenClose()
  receiveLate({ t: 'ping', id: 7 })
  client.join('lobby')
  client.leave('lobby')
  expect(handedOver.mock.calls).toEqual([])
  server.last.drop()
})

test.each([
  ['without a token', {}],
  ['after a token', { token: async () => 'secret' }],
])('a socket that is given up during its dial %s is closed', async (_, own) => {
  const { connectSession, server, clock } = createFakeHub()
  const ClosingSocket = new Proxy(server.WebSocket, {
    construct: (Socket, given) => {
      const socket = Reflect.construct(Socket, given) as object
      client.close()
      return socket
    },
  })
  const client = connectSession(own, { WebSocket: ClosingSocket, immediate: false })
  client.open()
  await clock.run(0)
  expect([server.connections.length, server.alive]).toEqual([1, 0])
})
