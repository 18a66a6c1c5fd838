/** Each side knows only what it receives: traffic of one direction proves nothing about the other. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { recordEvents } from '../support/recordEvents.ts'

describe('a ping is due when nothing was sent for interval', () => {
  test('also while the server sends, and its reply sets the latency', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    for (let second = 1; second <= 300; second++) {
      clock.advance(1000)
      server.last.send('message')
      if (server.last.received.length * 25 === second) server.last.send('pong')
    }
    expect(server.last.received).toEqual(Array(12).fill('ping'))
    expect(client.get()).toMatchObject({ status: 'open', received: 300, latency: 0 })
  })

  test('but not while both sides send', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    for (let second = 1; second <= 300; second++) {
      clock.advance(1000)
      server.last.send('message')
      client.send('message')
    }
    expect(server.last.received).not.toContain('ping')
  })

  test('and a server that does not reply to it but sends messages keeps the connection', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    for (let n = 0; n < 20; n++) {
      clock.advance(34_999)
      server.last.send('message')
    }
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  })

  test('but not for a heartbeat that sends nothing', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { message: null } })
    for (let n = 0; n < 20; n++) {
      clock.advance(34_999)
      server.last.send('message')
    }
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })
})

describe('with mode: interval', () => {
  test('a ping is sent every interval, whatever else is sent or received', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { mode: 'interval', interval: 1000, timeout: 500 } })
    const at: number[] = []
    const start = clock.now()
    for (let ms = 0; ms < 10_000; ms += 10) {
      clock.advance(10)
      const pings = server.last.received.filter((data) => data === 'ping').length
      if (pings > at.length) at.push(clock.now() - start)
      if (ms % 100 === 0) client.send('message')
      if (ms % 70 === 0) server.last.send(pings % 2 ? 'pong' : 'message')
    }
    expect(at).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000, 10_000])
  })

  test('a dead connection is still noticed', () => {
    const { clock, open } = createTestClient()
    const client = open({ heartbeat: { mode: 'interval', interval: 1000, timeout: 500 } })
    clock.advance(1500)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  })
})

describe('a reply is hidden only while a ping is unanswered', () => {
  test('so that the first messages of a server may be anything', () => {
    const { server, open } = createTestClient()
    const messages = recordEvents(open({ heartbeat: true }), 'message')
    for (const data of ['hi', 'pong', 'bye']) server.last.send(data)
    expect(messages).toEqual(['hi', 'pong', 'bye'])
  })

  test('and each of several pings has its own reply, with the latency of the oldest', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { mode: 'interval', interval: 1000, timeout: 900 } })
    const latencies = recordEvents(client, 'latency')
    clock.advance(1000) // the first ping
    server.last.send('message')
    clock.advance(1000) // the second ping
    server.last.send('pong')
    clock.advance(100)
    server.last.send('pong')
    server.last.send('pong')
    expect([latencies, client.get().received, client.get().lastMessage]).toEqual([[1000, 100], 2, 'pong'])
  })

  test('while the pings of the server are always hidden from a client that sends none', () => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({
      codec: json(),
      heartbeat: { message: null, isReply: { type: 'ping' } },
    })
    server.last.send('{"type":"ping"}')
    clock.advance(20_000)
    server.last.send('{"type":"ping"}')
    expect(client.get().received).toBe(0)
  })
})

test('the function of answer.with receives the ping of the server', () => {
  const { server, open } = createTestClient()
  open<{ ping: number }, { pong: number }>({
    codec: json(),
    heartbeat: { message: null, answer: { to: (message) => 'ping' in message, with: ({ ping }) => ({ pong: ping }) } },
  })
  server.last.send('{"ping":7}')
  expect(server.last.received).toEqual(['{"pong":7}'])
})

test.each([{ message: 'ping' }, { message: undefined }, {}])(
  'the default of isReply depends on the value of message, not on its presence: %j expects pong',
  (heartbeat) => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(25_000)
    server.last.send('pong')
    expect(client.get()).toMatchObject({ received: 0, latency: 0 })
  },
)
