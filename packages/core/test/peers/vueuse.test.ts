/** Defects of vueuse's useWebSocket 15.0.0, with the numbers of the study. Defects of Vue components are tested in packages/vue. */

import { expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

const heartbeat = { interval: 1000, timeout: 1000 }

test('(V1) close() after a heartbeat timeout closes the client for good', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat })
  clock.advance(2000)
  expect(client.get().status).toBe('reconnecting')
  client.close()
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'user', final: true } })
  server.last.finish()
  clock.advance(3_600_000)
  expect(client.get().status).toBe('closed')
  expect(server.connections).toHaveLength(1)
})

test('(V1b) dispose() after a heartbeat timeout leaves no timer that could dial', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat })
  clock.advance(2000)
  client.dispose()
  expect(clock.pending).toBe(0)
  server.last.drop()
  clock.advance(3_600_000)
  expect(server.connections).toHaveLength(1)
})

test('(V2) the late close event of an old socket does not stop the heartbeat of the new one', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat })
  const old = server.last
  client.reconnect()
  server.last.accept()
  old.drop()
  clock.advance(1000)
  expect(server.last.received).toEqual(['ping'])
  clock.advance(1000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
})

test('(V3) a handshake that takes longer than the heartbeat is neither pinged nor ended', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ heartbeat })
  clock.advance(9000)
  expect(client.get().status).toBe('connecting')
  expect(server.last.received).toEqual([])
  server.last.accept()
  clock.advance(999)
  expect(server.last.received).toEqual([])
  clock.advance(1)
  expect(server.last.received).toEqual(['ping'])
})

test('(V4) messages queued before close() are not sent after the next open()', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  const drops = recordEvents(client, 'drop')
  expect(client.send('old message')).toBe('queued')
  client.close()
  expect(drops).toEqual([{ message: 'old message', reason: 'closed' }])
  expect(client.get().queued).toBe(0)
  client.open()
  server.last.accept()
  expect(server.last.received).toEqual([])
})

test('(V5) each of a burst of equal messages is delivered, counted and kept in the history', () => {
  const { server, open } = createTestClient()
  const client = open({ history: 10 })
  const messages = recordEvents(client, 'message')
  for (let n = 0; n < 5; n++) server.last.send('same')
  expect(messages).toEqual(Array(5).fill('same'))
  expect(client.get()).toMatchObject({ received: 5, messages: Array(5).fill('same') })
})

test('(V6) an isReply function recognises a binary reply and a reply with an id, which set the latency', () => {
  const { clock, server, open } = createTestClient()
  const binary = open({
    binaryType: 'arraybuffer',
    heartbeat: {
      ...heartbeat,
      message: new Uint8Array([9]),
      isReply: (message) => message instanceof ArrayBuffer && message.byteLength === 1,
    },
  })
  clock.advance(1000)
  expect(server.last.received).toEqual([new Uint8Array([9])])
  clock.advance(30)
  server.last.send(new ArrayBuffer(1))
  expect(binary.get()).toMatchObject({ received: 0, latency: 30 })

  let id = 0
  interface Pong {
    type: string
    id: number
  }
  const numbered = open<Pong, unknown>({
    codec: json(),
    heartbeat: {
      ...heartbeat,
      message: () => ({ type: 'ping', id: ++id }),
      isReply: (message) => message.type === 'pong' && message.id === id,
    },
  })
  clock.advance(1000)
  expect(server.last.received).toEqual(['{"type":"ping","id":1}'])
  server.last.send('{"type":"pong","id":1}')
  server.last.send('{"type":"pong","id":7}')
  expect(numbered.get()).toMatchObject({ received: 1, lastMessage: { type: 'pong', id: 7 }, latency: 0 })
})

test('(V7) a server that accepts and closes at once leads to a stop after maxAttempts', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect({ reconnect: { maxAttempts: 3 } })
  const stops = recordEvents(client, 'stop')
  for (let dial = 1; dial <= 4; dial++) {
    expect(server.connections).toHaveLength(dial)
    server.last.accept()
    server.last.close(1011)
    if (dial < 4) advanceToRetry(client)
  }
  expect(stops).toEqual([{ code: 1011, reason: '', wasClean: true, final: true, cause: 'exhausted' }])
  expect(client.get().status).toBe('closed')
})

test('(V9) a constructor that throws at an attempt does not end the attempts', () => {
  const { server, open, advanceToRetry } = createTestClient()
  let broken = false
  const FailingWebSocket = class extends server.WebSocket {
    constructor(url: string) {
      if (broken) throw new DOMException('blocked by the content security policy', 'SecurityError')
      super(url)
    }
  }
  const client = open({ WebSocket: FailingWebSocket })
  broken = true
  server.last.drop()
  advanceToRetry(client)
  advanceToRetry(client)
  expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 3, error: { code: 'DialError' } })
  expect(consoleErrors.splice(0)).toEqual(['DialError: could not dial: blocked by the content security policy'])
  broken = false
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
})

test('(V10) a message sent while the socket is closing does not count as sent', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  client.close()
  expect(client.get().status).toBe('closing')
  expect(client.send('too late', { queue: false })).toBe('dropped')
  expect(client.send('for next time')).toBe('dropped')
  expect(server.last.received).toEqual([])
  clock.advance(2000)
  expect(client.get().status).toBe('closed')
})

test('(V11) a URL function that returns no URL any more stops the client, without an error or an attempt', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  let address: string | undefined = 'ws://test/'
  const client = connect({ reconnect: { maxAttempts: 1 } }, () => address)
  const [stops, errors] = [recordEvents(client, 'stop'), recordEvents(client, 'error')]
  server.last.accept()
  address = undefined
  server.last.drop()
  advanceToRetry(client)
  expect(client.get().status).toBe('closed')
  expect(stops).toMatchObject([{ cause: 'provider', final: true }])
  expect(errors).toEqual([])
  clock.advance(3_600_000)
  expect(server.connections).toHaveLength(1)
})
