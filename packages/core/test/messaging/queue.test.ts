/** The queue: messages that wait for a connection or for a slow one, and how they leave it. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

describe('without a connection', () => {
  test('messages are queued, and sent in order before the open event', () => {
    const { server, connect } = createTestClient()
    const client = connect()
    const atOpen: unknown[] = []
    client.on('status', (status) => atOpen.push(status, server.last.received.length))
    client.on('open', () => atOpen.push(...server.last.received, client.get().queued))
    expect(['a', 'b', 'c'].map((text) => client.send(text))).toEqual(['queued', 'queued', 'queued'])
    expect(client.get().queued).toBe(3)
    server.last.accept()
    expect(server.last.received).toEqual(['a', 'b', 'c'])
    expect(atOpen).toEqual(['open', 3, 'a', 'b', 'c', 0])
  })

  test('messages are queued before the first open(), during the handshake and after a loss', () => {
    const { server, connect, advanceToRetry } = createTestClient()
    const client = connect({ immediate: false })
    expect(client.send('idle')).toBe('queued')
    client.open()
    expect(client.send('connecting')).toBe('queued')
    server.last.accept()
    server.last.drop()
    expect(client.send('reconnecting')).toBe('queued')
    advanceToRetry(client)
    expect(client.send('redialling')).toBe('queued')
    server.last.accept()
    expect(server.connections.map(({ received }) => received)).toEqual([
      ['idle', 'connecting'],
      ['reconnecting', 'redialling'],
    ])
  })

  test('a message sent between the close frame of the server and the close event is queued for the next connection', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open()
    Object.assign(server.last.socket, { readyState: 2 })
    expect(client.send('just missed')).toBe('queued')
    server.last.close(1012)
    advanceToRetry(client)
    server.last.accept()
    expect(server.last.received).toEqual(['just missed'])
  })

  test('queue: false drops the message with a drop event', () => {
    const { server, connect } = createTestClient()
    const client = connect({ queue: false })
    const drops = recordEvents(client, 'drop')
    expect(client.send('now or never')).toBe('dropped')
    expect(drops).toEqual([{ message: 'now or never', reason: 'offline' }])
    server.last.accept()
    expect(server.last.received).toEqual([])
    expect(client.send('now')).toBe('sent')
  })

  test('send() with queue: false drops only that message', () => {
    const { server, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    expect([client.send('patient'), client.send('now or never', { queue: false })]).toEqual(['queued', 'dropped'])
    expect(drops).toEqual([{ message: 'now or never', reason: 'offline' }])
    server.last.accept()
    expect(client.send('now', { queue: false })).toBe('sent')
    expect(server.last.received).toEqual(['patient', 'now'])
  })
})

describe('the limits of the queue', () => {
  test('are 100 messages by default, and newer ones are dropped', () => {
    const { server, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    const results = Array.from({ length: 102 }, (_, n) => client.send(`${n}`))
    expect(results.filter((result) => result === 'queued')).toHaveLength(100)
    expect(results.slice(100)).toEqual(['dropped', 'dropped'])
    expect(drops).toEqual([
      { message: '100', reason: 'full' },
      { message: '101', reason: 'full' },
    ])
    server.last.accept()
    expect(server.last.received).toHaveLength(100)
  })

  test('drop the oldest message with overflow: drop-old, and queue the new one', () => {
    const { server, connect } = createTestClient()
    const client = connect({ queue: { limit: 2, overflow: 'drop-old' } })
    const drops = recordEvents(client, 'drop')
    expect(['a', 'b', 'c'].map((text) => client.send(text))).toEqual(['queued', 'queued', 'queued'])
    expect(drops).toEqual([{ message: 'a', reason: 'full' }])
    server.last.accept()
    expect(server.last.received).toEqual(['b', 'c'])
  })

  test.each([
    ['text in UTF-8', 'é', 2],
    ['an emoji', '🙂', 4],
    ['a buffer', new ArrayBuffer(3), 3],
    ['a view, not its whole buffer', new Uint8Array(new ArrayBuffer(100), 0, 5), 5],
    ['a blob', new Blob(['éé']), 4],
  ])('count the bytes of the frame: %s', (_, message, bytes) => {
    const { connect } = createTestClient()
    const client = connect({ queue: { bytes: bytes * 2 } })
    expect([client.send(message), client.send(message), client.send(message)]).toEqual(['queued', 'queued', 'dropped'])
    const tight = connect({ queue: { bytes: bytes - 1 } })
    expect(tight.send(message)).toBe('dropped')
  })

  test('are 1 MiB by default', () => {
    const { connect } = createTestClient()
    const client = connect()
    expect([client.send('x'.repeat(2 ** 20)), client.send('y')]).toEqual(['queued', 'dropped'])
  })

  test('count bytes after encoding', () => {
    const { connect } = createTestClient()
    const client = connect<unknown, unknown>({ codec: json(), queue: { bytes: 7 } })
    expect([client.send({ a: 1 }), client.send(null)]).toEqual(['queued', 'dropped'])
  })

  test('drop as many old messages as needed with drop-old, and none for a message that could never fit', () => {
    const { connect } = createTestClient()
    const client = connect({ queue: { bytes: 4, overflow: 'drop-old' } })
    const drops = recordEvents(client, 'drop')
    for (const text of ['a', 'b', 'c', 'd']) client.send(text)
    expect(client.send('efgh5')).toBe('dropped')
    expect(drops).toEqual([{ message: 'efgh5', reason: 'full' }])
    expect(client.send('efg')).toBe('queued')
    expect(drops.slice(1).map(({ message }) => message)).toEqual(['a', 'b', 'c'])
    expect(client.get().queued).toBe(2)
  })

  test('allow new messages after the queue was sent', () => {
    const { server, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, bytes: 1 } })
    client.send('a')
    server.last.accept()
    server.last.drop()
    expect(client.send('b')).toBe('queued')
  })

  test.each([{ limit: 0 }, { bytes: 0 }, { ttl: 0 }])('of %j queue no message', (queue) => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ queue })
    const drops = recordEvents(client, 'drop')
    client.send('a')
    clock.advance(0)
    server.last.accept()
    expect(server.last.received).toEqual([])
    expect(drops).toHaveLength(1)
  })
})

describe('the time to live of queued messages', () => {
  test('is 120 s for each message by default', () => {
    const { clock, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    client.send('a')
    clock.advance(1000)
    client.send('b')
    clock.advance(118_999)
    expect([drops, client.get().queued]).toEqual([[], 2])
    clock.advance(1)
    expect([drops, client.get().queued]).toEqual([[{ message: 'a', reason: 'expired' }], 1])
    clock.advance(1000)
    expect([drops.length, client.get().queued]).toEqual([2, 0])
  })

  test('may be Infinity, which keeps messages without a timer that fires again and again', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ queue: { ttl: Infinity }, connectTimeout: Infinity })
    client.send('patient')
    clock.advance(300_000)
    expect(client.get().queued).toBe(1)
    server.last.accept()
    expect(server.last.received).toEqual(['patient'])
  })

  test('is checked before sending, even if the timer could not fire', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ connectTimeout: Infinity })
    const drops = recordEvents(client, 'drop')
    client.send('old')
    clock.jump(120_000)
    client.send('new')
    server.last.accept()
    expect(server.last.received).toEqual(['new'])
    expect(drops).toEqual([{ message: 'old', reason: 'expired' }])
  })
})

describe('queued messages', () => {
  test('are dropped with an event by close() and by dispose()', () => {
    for (const end of ['close', 'dispose'] as const) {
      const { clock, connect } = createTestClient()
      const dropped: unknown[] = []
      const client = connect({ onDrop: (drop) => dropped.push(drop) })
      client.send('a')
      client.send('b')
      client[end]()
      expect(dropped).toEqual([
        { message: 'a', reason: 'closed' },
        { message: 'b', reason: 'closed' },
      ])
      expect([client.get().queued, clock.pending]).toEqual([0, 0])
    }
  })

  test('are kept when the client stops, and sent if open() is called in time', () => {
    const { server, connect } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 0 } })
    client.send('a')
    server.last.refuse()
    expect(client.get()).toMatchObject({ status: 'closed', queued: 1 })
    client.open()
    server.last.accept()
    expect(server.last.received).toEqual(['a'])
  })

  test('are not accepted after dispose()', () => {
    const { server, open } = createTestClient()
    const client = open()
    client.dispose()
    expect([client.send('a'), client.send('b', { queue: false })]).toEqual(['dropped', 'dropped'])
    expect([client.get().queued, server.last.received]).toEqual([0, []])
  })

  test('are removed by dispose() inside a drop listener', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, overflow: 'drop-old' } })
    client.on('drop', () => client.dispose())
    client.send('a')
    client.send('b')
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('are not accepted by a client that a drop listener disposes during send()', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 0, queue: { ttl: 1000 } })
    server.last.bufferedAmount = 1
    client.send('expires')
    client.on('drop', () => client.dispose())
    server.last.bufferedAmount = 0
    clock.jump(1000)
    expect(client.send('new')).toBe('dropped')
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('are sent once and in order, also by a link that receives while it sends', () => {
    const { server, connect } = createTestClient()
    const client = connect({ onMessage: () => void client.send('answer') })
    const socket = server.last.socket as unknown as { send(data: string): void }
    const { send } = server.last.socket
    socket.send = (data) => {
      send.call(server.last.socket, data)
      if (data === 'a') server.last.send('question')
    }
    for (const message of ['a', 'b', 'c']) client.send(message)
    server.last.accept()
    expect(server.last.received).toEqual(['a', 'b', 'c', 'answer'])
  })

  test('are dropped by close() inside a drop listener, and send() returns dropped', () => {
    const { connect } = createTestClient()
    const client = connect({ queue: { limit: 1, overflow: 'drop-old' } })
    const drops = recordEvents(client, 'drop')
    client.on('drop', () => client.close())
    client.send('old')
    expect(client.send('new')).toBe('dropped')
    expect(drops).toEqual([
      { message: 'old', reason: 'full' },
      { message: 'new', reason: 'closed' },
    ])
  })

  test('leave no timer after close() inside a drop listener', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, ttl: 1000 } })
    client.on('drop', () => client.close())
    client.send('a')
    client.send('b')
    clock.advance(1000)
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('are dropped when the socket throws, and do not block the messages behind them', () => {
    const { server, connect } = createTestClient()
    const client = connect()
    const drops = recordEvents(client, 'drop')
    for (const text of ['a', 'b', 'c']) client.send(text)
    const { socket } = server.last
    const send = socket.send.bind(socket)
    socket.send = (data: string) => {
      if (data === 'b') throw new Error('too big for this platform')
      send(data)
    }
    server.last.accept()
    expect(server.last.received).toEqual(['a', 'c'])
    expect(drops).toEqual([{ message: 'b', reason: 'refused' }])
    expect(client.get().status).toBe('open')
  })

  test('are dropped like a message to an open socket that throws, for which send() returns dropped', () => {
    const { server, open } = createTestClient()
    const client = open()
    const drops = recordEvents(client, 'drop')
    server.last.socket.send = () => {
      throw new Error('too big for this platform')
    }
    expect(client.send('a')).toBe('dropped')
    expect(drops).toEqual([{ message: 'a', reason: 'refused' }])
  })
})

describe('a slow connection', () => {
  test('queues messages above the high water mark, and sends them in order later', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    expect(client.send('a')).toBe('sent')
    server.last.bufferedAmount = 101
    expect([client.send('b'), client.send('c'), client.get().queued]).toEqual(['queued', 'queued', 2])
    clock.advance(1000)
    expect(server.last.received).toEqual(['a'])
    server.last.bufferedAmount = 100
    clock.advance(1000)
    expect(server.last.received).toEqual(['a', 'b', 'c'])
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('keeps the order: waiting messages are sent before a new one when the buffer has room again', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    client.send('first')
    server.last.bufferedAmount = 0
    expect(client.send('second')).toBe('sent')
    expect(clock.pending).toBe(0)
    expect(server.last.received).toEqual(['first', 'second'])
    expect(client.send('third')).toBe('sent')
  })

  test('sends at the high water mark and queues above it', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 2 ** 20 })
    server.last.bufferedAmount = 2 ** 20
    expect(client.send('a')).toBe('sent')
    server.last.bufferedAmount++
    expect(client.send('b')).toBe('queued')
  })

  test('sends everything by default, however much the platform buffers', () => {
    const { server, open } = createTestClient()
    const client = open()
    const { socket } = server.last
    const send = socket.send.bind(socket)
    socket.send = (data: string) => {
      send(data)
      server.last.bufferedAmount += data.length
    }
    const results = Array.from({ length: 80 }, () => client.send('x'.repeat(65_536)))
    expect(new Set(results)).toEqual(new Set(['sent']))
    for (let n = 0; n < 20_000; n++) client.send('y'.repeat(100))
    expect(server.last.received).toHaveLength(20_080)
  })

  test('sends queued messages one by one while the buffer stays full', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 0 })
    const { socket } = server.last
    const send = socket.send.bind(socket)
    socket.send = (data: string) => {
      send(data)
      server.last.bufferedAmount = 1
    }
    client.send('a')
    client.send('b')
    client.send('c')
    for (const sent of [2, 3]) {
      server.last.bufferedAmount = 0
      clock.advance(100)
      expect(server.last.received).toHaveLength(sent)
    }
    expect(server.last.received).toEqual(['a', 'b', 'c'])
  })

  test('hands its queued messages to the next connection', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    client.send('a')
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    expect(server.last.received).toEqual(['a'])
  })

  test('sends a message with queue: false if no other message is queued', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    expect(client.send('urgent', { queue: false })).toBe('sent')
    expect(server.last.received).toEqual(['urgent'])
  })

  test('sends every message with the option queue: false', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100, queue: false })
    server.last.bufferedAmount = 101
    expect(client.send('a')).toBe('sent')
    expect(server.last.received).toEqual(['a'])
  })

  test('is limited by the bytes of the queue and not by the number of messages', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100, queue: { limit: 1, bytes: 3 } })
    server.last.bufferedAmount = 101
    expect(['a', 'b', 'c', 'd'].map((text) => client.send(text))).toEqual(['queued', 'queued', 'queued', 'dropped'])
    server.last.bufferedAmount = 0
    expect(client.send('e')).toBe('sent')
    expect(server.last.received).toEqual(['a', 'b', 'c', 'e'])
  })

  test('limits the number of messages again when the connection is lost', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100, queue: { limit: 2 } })
    server.last.bufferedAmount = 101
    for (const text of ['a', 'b', 'c']) expect(client.send(text)).toBe('queued')
    server.last.drop()
    expect([client.send('d'), client.get().queued]).toEqual(['dropped', 3])
  })

  test('is checked every 20 ms, however often the application sends meanwhile', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    client.send('first')
    clock.advance(10)
    client.send('second')
    server.last.bufferedAmount = 0
    clock.advance(9)
    expect(server.last.received).toEqual([])
    clock.advance(1)
    expect(server.last.received).toEqual(['first', 'second'])
  })

  test('starves no message of an application that sends every 10 ms', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 2 ** 20 })
    server.last.bufferedAmount = 2 ** 21
    const results = [client.send('0')]
    for (let n = 1; n <= 1000; n++) {
      if (n === 3) server.last.bufferedAmount = 0
      clock.advance(10)
      results.push(client.send(`${n}`))
    }
    expect(results.filter((result) => result === 'dropped')).toEqual([])
    expect(server.last.received).toEqual(results.map((_, n) => `${n}`))
  })

  test('drops a message with queue: false while others wait, because it would overtake them', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    const drops = recordEvents(client, 'drop')
    server.last.bufferedAmount = 101
    client.send('patient')
    expect(client.send('urgent', { queue: false })).toBe('dropped')
    expect(drops).toEqual([{ message: 'urgent', reason: 'offline' }])
    server.last.bufferedAmount = 0
    expect(client.send('urgent again', { queue: false })).toBe('sent')
    expect(server.last.received).toEqual(['patient', 'urgent again'])
  })

  test('drops its queued messages on close(), and leaves no timer after the handshake', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    const drops = recordEvents(client, 'drop')
    server.last.bufferedAmount = 101
    client.send('a')
    client.close()
    expect(drops).toEqual([{ message: 'a', reason: 'closed' }])
    server.last.finish()
    expect(clock.pending).toBe(0)
  })
})
