/** What waits for a connection, what waits for a slow one, and what becomes of it. */

import { describe, expect, test } from 'vitest'
import { json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

describe('while there is no connection', () => {
  test('messages wait and go out in order before anybody hears of open', () => {
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

  test('they wait before the first open(), during the handshake, after a loss, during a closing and after close()', () => {
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
    client.close()
    expect(client.send('closing')).toBe('queued')
    server.last.finish()
    expect(client.send('closed')).toBe('queued')
    client.open()
    server.last.accept()
    expect(server.connections.map(({ received }) => received)).toEqual([
      ['idle', 'connecting'],
      ['reconnecting', 'redialling'],
      ['closing', 'closed'],
    ])
  })

  test('a message after the close frame of the server, before its event, waits for the next connection', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open()
    Object.assign(server.last.socket, { readyState: 2 })
    expect(client.send('just missed')).toBe('queued')
    server.last.close(1012)
    advanceToRetry(client)
    server.last.accept()
    expect(server.last.received).toEqual(['just missed'])
  })

  test('queue: false drops instead, loudly', () => {
    const { server, connect } = createTestClient()
    const client = connect({ queue: false })
    const drops = recordEvents(client, 'drop')
    expect(client.send('now or never')).toBe('dropped')
    expect(drops).toEqual([{ message: 'now or never', reason: 'offline' }])
    server.last.accept()
    expect(server.last.received).toEqual([])
    expect(client.send('now')).toBe('sent')
  })

  test('queue: false for one message drops that one', () => {
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

describe('its bounds', () => {
  test('100 messages by default: the newcomer is dropped', () => {
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

  test('drop-old: the oldest makes room, and the newcomer is queued', () => {
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
  ])('bytes are those of the frame: %s', (_, message, bytes) => {
    const { connect } = createTestClient()
    const client = connect({ queue: { bytes: bytes * 2 } })
    expect([client.send(message), client.send(message), client.send(message)]).toEqual(['queued', 'queued', 'dropped'])
    const tight = connect({ queue: { bytes: bytes - 1 } })
    expect(tight.send(message)).toBe('dropped')
  })

  test('bytes: 1 MiB by default', () => {
    const { connect } = createTestClient()
    const client = connect()
    expect([client.send('x'.repeat(2 ** 20)), client.send('y')]).toEqual(['queued', 'dropped'])
  })

  test('bytes are counted after the codec', () => {
    const { connect } = createTestClient()
    const client = connect<unknown, unknown>({ codec: json(), queue: { bytes: 7 } })
    expect([client.send({ a: 1 }), client.send(null)]).toEqual(['queued', 'dropped'])
  })

  test('drop-old makes as much room as is needed, and none for what could never fit', () => {
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

  test('room is free again after the queue has gone out', () => {
    const { server, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, bytes: 1 } })
    client.send('a')
    server.last.accept()
    server.last.drop()
    expect(client.send('b')).toBe('queued')
  })

  test.each([{ limit: 0 }, { bytes: 0 }, { ttl: 0 }])('%j keeps nothing for later', (queue) => {
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

describe('its time', () => {
  test('120 s by default, each message its own', () => {
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

  test('Infinity: for ever, without a busy timer', () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ queue: { ttl: Infinity }, connectTimeout: Infinity })
    client.send('patient')
    clock.advance(300_000)
    expect(client.get().queued).toBe(1)
    server.last.accept()
    expect(server.last.received).toEqual(['patient'])
  })

  test('what expired is not sent, even if the timer had no chance to say so', () => {
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

describe('its end', () => {
  test('close() drops what waits, loudly, and so does dispose()', () => {
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

  test('giving up does not drop: who calls open() in time has lost nothing', () => {
    const { server, connect } = createTestClient()
    const client = connect({ reconnect: { maxAttempts: 0 } })
    client.send('a')
    server.last.refuse()
    expect(client.get()).toMatchObject({ status: 'closed', queued: 1 })
    client.open()
    server.last.accept()
    expect(server.last.received).toEqual(['a'])
  })

  test('after dispose() nothing is sent, queued or said', () => {
    const { server, open } = createTestClient()
    const client = open()
    client.dispose()
    expect([client.send('a'), client.send('b', { queue: false })]).toEqual(['dropped', 'dropped'])
    expect([client.get().queued, server.last.received]).toEqual([0, []])
  })

  test('dispose() inside a drop listener leaves nothing queued', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, overflow: 'drop-old' } })
    client.on('drop', () => client.dispose())
    client.send('a')
    client.send('b')
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('close() inside a drop listener leaves no timer', () => {
    const { clock, connect } = createTestClient()
    const client = connect({ queue: { limit: 1, ttl: 1000 } })
    client.on('drop', () => client.close())
    client.send('a')
    client.send('b')
    clock.advance(1000)
    expect([client.get().queued, clock.pending]).toEqual([0, 0])
  })

  test('a message that the platform refuses is dropped and does not block the ones behind it', () => {
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

  test('a message that the platform refuses at once does not throw at the caller either', () => {
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
  test('above the high water mark messages wait, and drain in order', () => {
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

  test('what comes after keeps behind what waits, though there is room again', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    client.send('first')
    server.last.bufferedAmount = 0
    expect(client.send('second')).toBe('queued')
    clock.advance(1000)
    expect(server.last.received).toEqual(['first', 'second'])
    expect(client.send('third')).toBe('sent')
  })

  test('at the mark there is room, above it there is none: 1 MiB by default', () => {
    const { server, open } = createTestClient()
    const client = open()
    server.last.bufferedAmount = 2 ** 20
    expect(client.send('a')).toBe('sent')
    server.last.bufferedAmount++
    expect(client.send('b')).toBe('queued')
  })

  test('it drains piece by piece', () => {
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

  test('what waited for a slow connection goes out on the next one', () => {
    const { server, open, advanceToRetry } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    client.send('a')
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    expect(server.last.received).toEqual(['a'])
  })

  test('a message that shall not wait goes to the socket while nothing else waits', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100 })
    server.last.bufferedAmount = 101
    expect(client.send('urgent', { queue: false })).toBe('sent')
    expect(server.last.received).toEqual(['urgent'])
  })

  test('without a queue everything goes to the socket', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100, queue: false })
    server.last.bufferedAmount = 101
    expect(client.send('a')).toBe('sent')
    expect(server.last.received).toEqual(['a'])
  })

  test('the bounds of the queue hold there too', () => {
    const { server, open } = createTestClient()
    const client = open({ highWaterMark: 100, queue: { limit: 1 } })
    server.last.bufferedAmount = 101
    expect([client.send('a'), client.send('b')]).toEqual(['queued', 'dropped'])
  })

  test('close() drops what waits and leaves no timer but its own', () => {
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
