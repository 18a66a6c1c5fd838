/** The heartbeat: what it sends and when, what answers it, and when it takes a link for dead. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const beat = { interval: 1000, timeout: 500 }

describe('when', () => {
  test('true: a ping after 25 s of silence, death 10 s later', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: true })
    clock.advance(24_999)
    expect(server.last.received).toEqual([])
    clock.advance(1)
    expect(server.last.received).toEqual(['ping'])
    clock.advance(9999)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4000, cause: 'heartbeat' } })
  })

  test('without one nothing is sent and silence proves nothing', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    expect(clock.pending).toBe(0)
    clock.advance(24 * 3_600_000)
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })

  test('any received frame postpones the ping, a sent one does not', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(900)
    server.last.send('traffic')
    client.send('traffic')
    clock.advance(900)
    client.send('traffic')
    expect(server.last.received).toEqual(['traffic', 'traffic'])
    clock.advance(100)
    expect(server.last.received).toEqual(['traffic', 'traffic', 'ping'])
  })

  test('any received frame answers the ping, and the next one is due after the interval', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(1499)
    server.last.send('traffic')
    clock.advance(999)
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping']])
    clock.advance(1)
    expect(server.last.received).toEqual(['ping', 'ping'])
    clock.advance(500)
    expect(client.get().status).toBe('reconnecting')
  })

  test('it beats for as long as it is answered', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    for (let n = 1; n <= 100; n++) {
      clock.advance(1000)
      expect(server.last.received).toHaveLength(n)
      server.last.send('pong')
    }
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test('it begins anew with each connection', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(900)
    server.last.drop()
    advanceToRetry(client)
    clock.advance(900)
    server.last.accept()
    clock.advance(999)
    expect(server.last.received).toEqual([])
    clock.advance(1)
    expect(server.last.received).toEqual(['ping'])
  })

  test('one timer at most is set while a connection idles', () => {
    const { clock, server, open } = createTestClient()
    open({ heartbeat: beat })
    for (let n = 0; n < 20; n++) {
      clock.advance(100)
      server.last.send('traffic')
      expect(clock.pending).toBe(1)
    }
  })

  test('it stops while closing', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { interval: 100, timeout: 100 } })
    client.close()
    clock.advance(1900)
    expect([client.get().status, server.last.received]).toEqual(['closing', []])
  })
})

describe('what is sent', () => {
  test.each([
    ['a string as it is, past the codec', 'hey', 'hey'],
    ['another value through the codec', { type: 'ping' }, '{"type":"ping"}'],
    ['what a function says, through the codec', () => ({ type: 'ping', n: 1 }), '{"type":"ping","n":1}'],
    ['what a function says as text, as it is', () => 'hey', 'hey'],
    ['an empty string', '', ''],
  ])('%s', (_, message, frame) => {
    const { clock, server, open } = createTestClient()
    open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message } })
    clock.advance(1000)
    expect(server.last.received).toEqual([frame])
  })

  test('what a function says, asked each time', () => {
    const { clock, server, open } = createTestClient()
    let n = 0
    open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message: () => ({ n: ++n }) } })
    clock.advance(1000)
    server.last.send('{}')
    clock.advance(1000)
    expect(server.last.received).toEqual(['{"n":1}', '{"n":2}'])
  })

  test('nothing for null: the server speaks by itself, and interval and timeout of silence are death', () => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message: null } })
    const errors = recordEvents(client, 'error')
    for (let n = 0; n < 10; n++) {
      clock.advance(1400)
      server.last.send('"server time"')
    }
    expect([client.get().status, client.get().received, errors]).toEqual(['open', 10, []])
    clock.advance(1500)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
    expect(server.connections[0]!.received).toEqual([])
  })

  test('a ping passes by the queue and the high water mark', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat, highWaterMark: 10 })
    server.last.bufferedAmount = 11
    client.send('waits')
    clock.advance(1000)
    expect(server.last.received).toEqual(['ping'])
    expect(client.get().queued).toBe(1)
  })

  test('a ping that the codec refuses is told, and the silence still counts', () => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message: { n: 5n } } })
    const errors = recordEvents(client, 'error')
    clock.advance(1000)
    expect(errors).toMatchObject([{ code: 'EncodeError' }])
    expect([client.get().status, server.last.received]).toEqual(['open', []])
    clock.advance(500)
    expect(client.get().lastClose?.cause).toBe('heartbeat')
  })
})

describe('what answers', () => {
  test.each([
    ['a string, compared with the frame', 'pong', 'pong', '"ping"'],
    ['a string, compared with the decoded message', 'pong', '"pong"', '"ping"'],
    ['an object: every key that it names', { type: 'pong' }, '{"type":"pong","at":5}', '{"type":"png"}'],
    [
      'an object in an object',
      { meta: { kind: 'pong' } },
      '{"meta":{"kind":"pong","at":5}}',
      '{"meta":{"kind":"ping"}}',
    ],
    ['an object of several keys: all of them', { a: 1, b: null }, '{"a":1,"b":null,"c":3}', '{"a":1,"b":0}'],
    [
      'a function of the decoded message',
      (message: unknown) => (message as { pong?: boolean }).pong === true,
      '{"pong":true}',
      '{"pong":1}',
    ],
  ])('%s', (_, isReply, reply, other) => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message: { type: 'ping' }, isReply } })
    const messages = recordEvents(client, 'message')
    clock.advance(1000)
    clock.advance(20)
    server.last.send(reply)
    expect(messages).toEqual([])
    expect(client.get()).toMatchObject({ latency: 20, received: 0, lastMessage: undefined })
    server.last.send(other)
    expect(messages).toEqual([JSON.parse(other)])
    expect(client.get().latency).toBe(20)
  })

  test('a reply that is no JSON answers a JSON codec, without an error', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ codec: json(), heartbeat: beat })
    const errors = recordEvents(client, 'error')
    clock.advance(1000)
    server.last.send('pong')
    expect(errors).toEqual([])
    expect(client.get()).toMatchObject({ received: 0, latency: 0 })
  })

  test.each([
    ['text', 'beat', 'beat', 'beat'],
    ['an object', { heart: 1 }, { heart: 1 }, '{"heart":1}'],
  ])('an echo: the reply is the message itself, as %s', (_, message, isReply, frame) => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, message, isReply } })
    const messages = recordEvents(client, 'message')
    clock.advance(1000)
    expect(server.last.received).toEqual([frame])
    clock.advance(7)
    server.last.send(frame)
    expect(messages).toEqual([])
    expect(client.get()).toMatchObject({ latency: 7, status: 'open' })
  })

  test('with a message of your own and no isReply every frame is a message, and life', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { ...beat, message: 'hello?' } })
    const messages = recordEvents(client, 'message')
    clock.advance(1000)
    server.last.send('pong')
    server.last.send('hello?')
    clock.advance(500)
    expect(messages).toEqual(['pong', 'hello?'])
    expect(client.get()).toMatchObject({ status: 'open', latency: undefined })
  })

  test('without a heartbeat a pong is a message like any other', () => {
    const { server, open } = createTestClient()
    const client = open()
    server.last.send('pong')
    expect(client.get()).toMatchObject({ received: 1, lastMessage: 'pong' })
  })

  test('only an exact pong is hidden', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: true })
    const messages = recordEvents(client, 'message')
    for (const text of ['Pong', 'pong ', ' pong', 'pongs', '', '"pong"', '{"type":"pong"}']) server.last.send(text)
    expect(messages).toHaveLength(7)
  })
})

describe('latency', () => {
  test('is the time from the ping to its reply, as an event and in the state', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    const latencies = recordEvents(client, 'latency')
    for (const ms of [42, 7, 0]) {
      clock.advance(1000)
      clock.advance(ms)
      server.last.send('pong')
      expect(client.get().latency).toBe(ms)
    }
    expect(latencies).toEqual([42, 7, 0])
  })

  test('is a number or unknown, also for a reply that nobody asked for', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: true })
    const latencies = recordEvents(client, 'latency')
    server.last.send('pong')
    expect(client.get().latency).toBeUndefined()
    expect(latencies).toEqual([])
  })

  test('is told once for each ping: a second reply says nothing about it', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(1000)
    server.last.send('pong')
    clock.advance(700)
    server.last.send('pong')
    expect(client.get()).toMatchObject({ latency: 0, received: 0 })
  })

  test('is not taken from a reply to the connection before', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(1000)
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    server.last.send('pong')
    expect(client.get().latency).toBeUndefined()
  })

  test('is never negative, whatever the wall clock does', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: beat })
    clock.advance(1000)
    clock.adjust(-5000)
    server.last.send('pong')
    expect(client.get().latency).toBeGreaterThanOrEqual(0)
  })
})

describe('answer', () => {
  test.each([
    ['text', { to: 'are you there?', with: 'yes' }, 'are you there?', 'yes'],
    ['objects', { to: { type: 'ping' }, with: { type: 'pong' } }, '{"type":"ping","n":1}', '{"type":"pong"}'],
    ['functions', { to: (message: unknown) => message === 5, with: () => ({ five: true }) }, '5', '{"five":true}'],
  ])("replies to the server's own pings, and hides them: %s", (_, answer, ping, pong) => {
    const { server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, answer } })
    const messages = recordEvents(client, 'message')
    server.last.send(ping)
    server.last.send('"something else"')
    expect(server.last.received).toEqual([pong])
    expect(messages).toEqual(['something else'])
    expect(client.get().latency).toBeUndefined()
  })

  test('works beside a silent watch: message null', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { ...beat, message: null, answer: { to: 'ping', with: 'pong' } } })
    for (let n = 0; n < 5; n++) {
      clock.advance(1000)
      server.last.send('ping')
    }
    expect(server.last.received).toEqual(Array(5).fill('pong'))
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test('that the codec refuses is told, and the connection stays', () => {
    const { server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...beat, answer: { to: 'ping', with: 5n } } })
    const errors = recordEvents(client, 'error')
    server.last.send('ping')
    expect(errors).toMatchObject([{ code: 'EncodeError' }])
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })
})
