/** The heartbeat: what it sends and when, which frames are replies, and when it ends a connection. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const heartbeat = { interval: 1000, timeout: 500 }

describe('the timing of the heartbeat', () => {
  test('is a ping after 25 s of silence and the end of the connection 10 s later by default', () => {
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

  test('does not apply without the option: nothing is sent, and silence ends nothing', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    expect(clock.pending).toBe(0)
    clock.advance(24 * 3_600_000)
    expect([client.get().status, server.last.received]).toEqual(['open', []])
  })

  test('counts from the last received frame, if frames are sent more often', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(900)
    server.last.send('traffic')
    client.send('traffic')
    clock.advance(900)
    client.send('traffic')
    expect(server.last.received).toEqual(['traffic', 'traffic'])
    clock.advance(100)
    expect(server.last.received).toEqual(['traffic', 'traffic', 'ping'])
  })

  test('allows another interval and timeout after any received frame, which counts as the reply to the ping', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1499)
    server.last.send('traffic')
    clock.advance(1499)
    expect([client.get().status, server.last.received]).toEqual(['open', ['ping', 'ping']])
    clock.advance(1)
    expect(client.get().status).toBe('reconnecting')
  })

  test('repeats the ping as long as each is answered', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    for (let n = 1; n <= 100; n++) {
      clock.advance(1000)
      expect(server.last.received).toHaveLength(n)
      server.last.send('pong')
    }
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test('starts again with each connection', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat })
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

  test('needs one timer at most', () => {
    const { clock, server, open } = createTestClient()
    open({ heartbeat })
    for (let n = 0; n < 20; n++) {
      clock.advance(100)
      server.last.send('traffic')
      expect(clock.pending).toBe(1)
    }
  })

  test('stops during the closing handshake', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { interval: 100, timeout: 100 } })
    client.close()
    clock.advance(1900)
    expect([client.get().status, server.last.received]).toEqual(['closing', []])
  })
})

describe('the ping', () => {
  test.each([
    ['a string, sent without the codec', 'hey', 'hey'],
    ['another value, sent through the codec', { type: 'ping' }, '{"type":"ping"}'],
    ['the result of a function, sent through the codec', () => ({ type: 'ping', n: 1 }), '{"type":"ping","n":1}'],
    ['the text that a function returns, sent without the codec', () => 'hey', 'hey'],
    ['an empty string', '', ''],
  ])('can be %s', (_, message, frame) => {
    const { clock, server, open } = createTestClient()
    open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, message } })
    clock.advance(1000)
    expect(server.last.received).toEqual([frame])
  })

  test('comes from a function that is called for each ping', () => {
    const { clock, server, open } = createTestClient()
    let n = 0
    open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, message: () => ({ n: ++n }) } })
    clock.advance(1000)
    server.last.send('{}')
    clock.advance(1000)
    expect(server.last.received).toEqual(['{"n":1}', '{"n":2}'])
  })

  test.each(['close', 'dispose'] as const)('is not sent if its function calls %s()', (end) => {
    const { clock, server, open } = createTestClient()
    const message = (): string => {
      client[end]()
      return 'ping'
    }
    const client = open({ heartbeat: { interval: 1000, message } })
    clock.advance(1000)
    expect([server.last.received, client.get().status]).toEqual([[], end === 'close' ? 'closing' : 'closed'])
  })

  test('is not sent if message is null, and silence for interval and timeout ends the connection', () => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, message: null } })
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

  test('bypasses the queue and the high water mark', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat, highWaterMark: 10 })
    server.last.bufferedAmount = 11
    client.send('waits')
    clock.advance(1000)
    expect(server.last.received).toEqual(['ping'])
    expect(client.get().queued).toBe(1)
  })

  test('that the codec rejects is reported as an error, and the silence still counts', () => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, message: { n: 5n } } })
    const errors = recordEvents(client, 'error')
    clock.advance(1000)
    expect(errors).toMatchObject([{ code: 'EncodeError' }])
    expect([client.get().status, server.last.received]).toEqual(['open', []])
    clock.advance(500)
    expect(client.get().lastClose?.cause).toBe('heartbeat')
  })
})

describe('the reply', () => {
  test.each([
    ['a string that equals the frame', 'pong', 'pong', '"ping"'],
    ['a string that equals the decoded message', 'pong', '"pong"', '"ping"'],
    ['an object whose keys the message has', { type: 'pong' }, '{"type":"pong","at":5}', '{"type":"png"}'],
    ['a nested object', { meta: { kind: 'pong' } }, '{"meta":{"kind":"pong","at":5}}', '{"meta":{"kind":"ping"}}'],
    ['an object of several keys, which must all match', { a: 1, b: null }, '{"a":1,"b":null,"c":3}', '{"a":1,"b":0}'],
    [
      'a function of the decoded message',
      (message: unknown) => (message as { pong?: boolean }).pong === true,
      '{"pong":true}',
      '{"pong":1}',
    ],
  ])('is recognised by %s, and is not delivered as a message', (_, isReply, reply, other) => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({
      codec: json(),
      heartbeat: { ...heartbeat, message: { type: 'ping' }, isReply },
    })
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

  test('may be a frame that json() cannot decode, without an error', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ codec: json(), heartbeat })
    const errors = recordEvents(client, 'error')
    clock.advance(1000)
    server.last.send('pong')
    expect(errors).toEqual([])
    expect(client.get()).toMatchObject({ received: 0, latency: 0 })
  })

  test.each([
    ['text', 'beat', 'beat', 'beat'],
    ['an object', { heart: 1 }, { heart: 1 }, '{"heart":1}'],
  ])('may be an echo of the ping, as %s', (_, message, isReply, frame) => {
    const { clock, server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, message, isReply } })
    const messages = recordEvents(client, 'message')
    clock.advance(1000)
    expect(server.last.received).toEqual([frame])
    clock.advance(7)
    server.last.send(frame)
    expect(messages).toEqual([])
    expect(client.get()).toMatchObject({ latency: 7, status: 'open' })
  })

  test('is an ordinary message if there is a custom ping without isReply, and still a sign of life', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { ...heartbeat, message: 'hello?' } })
    const messages = recordEvents(client, 'message')
    clock.advance(1000)
    server.last.send('pong')
    server.last.send('hello?')
    clock.advance(500)
    expect(messages).toEqual(['pong', 'hello?'])
    expect(client.get()).toMatchObject({ status: 'open', latency: undefined })
  })

  test('pong is an ordinary message without a heartbeat', () => {
    const { server, open } = createTestClient()
    const client = open()
    server.last.send('pong')
    expect(client.get()).toMatchObject({ received: 1, lastMessage: 'pong' })
  })

  test('must be exactly pong by default; similar messages are delivered', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: true })
    const messages = recordEvents(client, 'message')
    for (const text of ['Pong', 'pong ', ' pong', 'pongs', '', '"pong"', '{"type":"pong"}']) server.last.send(text)
    expect(messages).toHaveLength(7)
  })
})

describe('latency', () => {
  test('is the time from the ping to its reply, in the event and in the state', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    const latencies = recordEvents(client, 'latency')
    for (const ms of [42, 7, 0]) {
      const pings = server.last.received.length
      while (server.last.received.length === pings) clock.advance(1)
      clock.advance(ms)
      server.last.send('pong')
      expect(client.get().latency).toBe(ms)
    }
    expect(latencies).toEqual([42, 7, 0])
  })

  test('stays undefined after a reply without a ping', () => {
    const { server, open } = createTestClient()
    const client = open({ heartbeat: true })
    const latencies = recordEvents(client, 'latency')
    server.last.send('pong')
    expect(client.get().latency).toBeUndefined()
    expect(latencies).toEqual([])
  })

  test('is measured once for each ping: a second reply is an ordinary message', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    server.last.send('pong')
    clock.advance(700)
    server.last.send('pong')
    expect(client.get()).toMatchObject({ latency: 0, received: 1, lastMessage: 'pong' })
  })

  test('is not measured from a ping of the previous connection', () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    server.last.send('pong')
    expect(client.get().latency).toBeUndefined()
  })

  test('is never negative, even if the wall clock is set back', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat })
    clock.advance(1000)
    clock.adjust(-5000)
    server.last.send('pong')
    expect(client.get().latency).toBeGreaterThanOrEqual(0)
  })
})

describe('the option answer', () => {
  test.each([
    ['text', { to: 'are you there?', with: 'yes' }, 'are you there?', 'yes'],
    ['objects', { to: { type: 'ping' }, with: { type: 'pong' } }, '{"type":"ping","n":1}', '{"type":"pong"}'],
    ['functions', { to: (message: unknown) => message === 5, with: () => ({ five: true }) }, '5', '{"five":true}'],
  ])('replies to pings of the server and does not deliver them, given %s', (_, answer, ping, pong) => {
    const { server, open } = createTestClient()
    const client = open<unknown, unknown>({ codec: json(), heartbeat: { ...heartbeat, answer } })
    const messages = recordEvents(client, 'message')
    server.last.send(ping)
    server.last.send('"something else"')
    expect(server.last.received).toEqual([pong])
    expect(messages).toEqual(['something else'])
    expect(client.get().latency).toBeUndefined()
  })

  test('replies also if message is null', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ heartbeat: { ...heartbeat, message: null, answer: { to: 'ping', with: 'pong' } } })
    for (let n = 0; n < 5; n++) {
      clock.advance(1000)
      server.last.send('ping')
    }
    expect(server.last.received).toEqual(Array(5).fill('pong'))
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test('reports an answer that the codec rejects as an error, and keeps the connection', () => {
    const { server, open } = createTestClient()
    const client = open<unknown, unknown>({
      codec: json(),
      heartbeat: { ...heartbeat, answer: { to: 'ping', with: 5n } },
    })
    const errors = recordEvents(client, 'error')
    server.last.send('ping')
    expect(errors).toMatchObject([{ code: 'EncodeError' }])
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })
})
