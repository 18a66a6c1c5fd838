/**
 * Defects of websocket-ts 2.3.0 (W), sockette 2.0.6 (S), ahooks' useWebSocket 3.11.0 (A) and offline.js 0.7.19 (OFF), with the numbers
 * of the study.
 */

import { expect, test } from 'vitest'
import type { RetryInfo, WebSocketClient } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

test('(W1) waits of 0 ms still count attempts, and each attempt starts in a timer', () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ reconnect: { delay: () => 0, maxAttempts: 5 } })
  for (let dial = 1; dial <= 6; dial++) {
    server.last.accept()
    server.last.drop()
    expect(server.connections).toHaveLength(dial)
    clock.advance(0)
  }
  expect([client.get().status, server.connections.length]).toEqual(['closed', 6])
})

test('(W2) the first stable connection resets the attempts', () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  for (let n = 0; n < 3; n++) {
    server.last.refuse()
    advanceToRetry(client)
  }
  server.last.accept()
  clock.advance(10_000)
  server.last.drop()
  expect(client.get().attempt).toBe(1)
})

test('(W3) the first wait is limited by baseDelay, not by twice baseDelay', () => {
  const { clock, server, connect } = createTestClient()
  clock.setRandom(0.999)
  const client = connect({ reconnect: { minDelay: 0, baseDelay: 1000 } })
  const retries = recordEvents(client, 'retry')
  server.last.refuse()
  expect(retries).toEqual([{ attempt: 1, delay: 999, retryAt: clock.now() + 999 }] satisfies RetryInfo[])
})

test('(W4) binaryType is kept over reconnects', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open({ binaryType: 'arraybuffer' })
  server.last.drop()
  advanceToRetry(client)
  expect(server.connections.map(({ socket }) => socket.binaryType)).toEqual(['arraybuffer', 'arraybuffer'])
})

test('(W5) a listener added inside a listener is kept, and called from the next event on', () => {
  const { server, open } = createTestClient()
  const client = open()
  const late: unknown[] = []
  const unsubscribe = client.on('message', () => {
    client.on('message', (message) => late.push(message))
    unsubscribe()
  })
  server.last.send('first')
  server.last.send('second')
  expect(late).toEqual(['second'])
})

test('(W6) a listener removed inside a listener is not called any more, even for the current event', () => {
  const { server, open } = createTestClient()
  const client = open()
  const calls: unknown[] = []
  client.on('message', () => unsubscribe())
  const unsubscribe = client.on('message', (message) => calls.push(message))
  server.last.send('first')
  server.last.send('second')
  expect(calls).toEqual([])
})

test('(W7) a throwing close listener does not prevent the reconnect', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open()
  const unsubscribe = client.on('close', () => {
    unsubscribe()
    throw new Error('a bug in the application')
  })
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  expect(client.get().status).toBe('open')
  expect(consoleErrors.splice(0)).toMatchObject([{ message: 'a bug in the application' }])
})

test('(W8) queued messages are kept if the socket closes while the queue is sent', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  for (const text of ['one', 'two', 'three']) client.send(text)
  const { socket } = server.last
  const send = socket.send.bind(socket)
  socket.send = (data: string) => {
    send(data)
    Object.assign(socket, { readyState: 2 })
  }
  server.last.accept()
  expect(server.last.received).toEqual(['one'])
  expect(client.get().queued).toBe(2)
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  expect(server.last.received).toEqual(['two', 'three'])
})

test('(W9) a final code emits stop', () => {
  const { server, open } = createTestClient()
  const stops = recordEvents(open(), 'stop')
  server.last.close(1008, 'policy')
  expect(stops).toEqual([{ code: 1008, reason: 'policy', wasClean: true, final: true, cause: 'server' }])
})

test('(W10) a normal closure by the server is final', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  server.last.close(1000)
  clock.advance(3_600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(S1) reconnect() after close() connects', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  const stops = recordEvents(client, 'stop')
  client.close()
  clock.advance(60_000)
  client.reconnect()
  server.last.accept()
  expect([client.get().status, stops]).toEqual(['open', []])
})

test('(S2) a client reconnects after close(), open() and a loss', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open()
  client.close()
  client.open()
  server.last.accept()
  server.last.drop()
  advanceToRetry(client)
  expect(server.connections).toHaveLength(3)
})

test('(S3) maxAttempts: 0 means no reconnect attempt', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ reconnect: { maxAttempts: 0 } })
  server.last.drop()
  clock.advance(3_600_000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('(S4) the code 1001 (going away) is followed by another attempt', () => {
  const { server, open } = createTestClient()
  const client = open()
  server.last.close(1001)
  expect(client.get().status).toBe('reconnecting')
})

test('(S5) reconnect() on an open connection never leads to two sockets', () => {
  const { clock, server, open } = createTestClient()
  const client = open()
  for (let n = 0; n < 5; n++) {
    client.reconnect()
    expect(server.alive).toBeLessThanOrEqual(1)
    clock.advance(6000)
    server.last.accept()
  }
  expect([server.alive, client.get().status]).toEqual([1, 'open'])
})

test('(S6) send() before the handshake does not throw', () => {
  const { connect } = createTestClient()
  const client = connect()
  expect([client.send('queued'), client.send('not queued', { queue: false })]).toEqual(['queued', 'dropped'])
})

test('(A1) send() inside onOpen sends after the queued messages, and the status is open there', () => {
  const { server, connect } = createTestClient()
  const seen: unknown[] = []
  let self: WebSocketClient | undefined
  const client = (self = connect({
    onOpen: () => {
      seen.push(self!.get().status, self!.send('hello'))
    },
  }))
  client.send('queued')
  server.last.accept()
  expect(seen).toEqual(['open', 'sent'])
  expect(server.last.received).toEqual(['queued', 'hello'])
})

test('(A2) reconnect() without a URL closes the old socket', () => {
  const { server, connect } = createTestClient()
  let address: string | null = 'ws://test/'
  const client = connect({}, () => address)
  server.last.accept()
  address = ''
  client.reconnect()
  expect([client.get().status, server.alive, client.socket]).toEqual(['closed', 0, undefined])
})

test('(A3) every message of a burst is in the history', () => {
  const { server, open } = createTestClient()
  const client = open({ history: 20 })
  const burst = Array.from({ length: 20 }, (_, n) => `${n}`)
  for (const text of burst) server.last.send(text)
  expect(client.get().messages).toEqual(burst)
})

test('(A5) mounting, unmounting and mounting again in one turn opens one connection', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, linger: 0 })
  client.retain()()
  const release = client.retain()
  await clock.run(0)
  server.last.accept()
  expect([server.connections.length, client.get().status]).toEqual([1, 'open'])
  release()
  await clock.run(0)
  expect(client.get().status).toBe('closed')
})

test('(A6) each dial uses the current subprotocols of an async protocols function', async () => {
  const { clock, server, connect, advanceToRetry } = createTestClient()
  let token = 'old'
  const client = connect({ protocols: async () => [token] })
  await clock.run(0)
  server.last.accept('old')
  token = 'new'
  server.last.drop()
  advanceToRetry(client)
  await clock.run(0)
  expect(server.last.protocols).toEqual(['new'])
})

test('(A7) client.socket is the current socket, and undefined without one', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open()
  expect(client.socket).toBe(server.last.socket)
  server.last.drop()
  expect(client.socket).toBeUndefined()
  advanceToRetry(client)
  expect(client.socket).toBe(server.last.socket)
  client.close()
  expect(client.socket).toBeUndefined()
})

test('(OFF1) the status is never open because of the network alone', () => {
  const { page, connect } = createTestClient()
  expect(page.online()).toBe(true)
  expect(connect({ immediate: false }).get().status).toBe('closed')
  expect(connect().get().status).toBe('connecting')
})

test('(OFF3) the open event distinguishes a reconnect from the first connection', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  const opens = recordEvents(client, 'open')
  server.last.accept('chat')
  server.last.drop()
  advanceToRetry(client)
  server.last.refuse()
  advanceToRetry(client)
  server.last.accept()
  expect(opens).toEqual([
    { reconnected: false, attempt: 0, protocol: 'chat' },
    { reconnected: true, attempt: 2, protocol: '' },
  ])
})
