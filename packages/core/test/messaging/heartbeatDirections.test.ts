/** A frame proves something only to the side that receives it, so traffic of one direction replaces no ping of the other. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { recordEvents } from '../support/recordEvents.ts'

describe('a heartbeat in both directions', () => {
  test('sends a ping when nothing was sent for interval, also while the server sends, and its reply sets the latency', () => {
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

  test('sends no ping while both sides send', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    for (let second = 1; second <= 300; second++) {
      clock.advance(1000)
      server.last.send('message')
      client.send('message')
    }
    expect(server.last.received).not.toContain('ping')
  })

  test('keeps a connection whose server sends messages and does not reply to pings', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    for (let n = 0; n < 20; n++) {
      clock.advance(34_999)
      server.last.send('message')
    }
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  })

  test('counts only received frames if message is null', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { message: null } })
    for (let n = 0; n < 20; n++) {
      clock.advance(34_999)
      server.last.send('message')
    }
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })

  test.each(['wake', 'online', 'offline'] as const)('expects nothing sooner after %s if message is null', (event) => {
    const { clock, server, page, open } = createTestClient()
    const client = open({ heartbeat: { message: null } })
    clock.advance(20_000)
    page.emit(event)
    clock.advance(14_999)
    server.last.send('message')
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  })

  test('misses no received frame after a flood if message is null', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { message: null } })
    for (let n = 0; n < 20; n++) server.last.send('flood')
    for (let n = 0; n < 20; n++) {
      clock.advance(34_999)
      server.last.send('message')
    }
    expect([client.get().status, server.connections.length]).toEqual(['open', 1])
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

describe('a reply', () => {
  test('is an ordinary message while no ping is unanswered', () => {
    const { server, open } = createTestClient()
    const messages = recordEvents(open({ heartbeat: true }), 'message')
    for (const data of ['hi', 'pong', 'bye']) server.last.send(data)
    expect(messages).toEqual(['hi', 'pong', 'bye'])
  })

  test('answers the oldest of several unanswered pings', () => {
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

  test('is always hidden from a client that sends no pings and only watches those of the server', () => {
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

test('a ping that sends nothing measures no latency', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: { message: null, isReply: 'tick' } })
  clock.advance(30_000)
  server.last.send('tick')
  expect(client.get()).toMatchObject({ status: 'open', received: 0, latency: undefined })
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
