import { describe, expect, test } from 'vitest'
import { recordEvents } from '../support/recordEvents.ts'
import { PROTOCOL, createFakeHub, welcomeFrame } from './support/createFakeHub.ts'
import { createWebSocket } from '../../src/index.ts'
import { type SessionClient, session } from '../../src/session/index.ts'

/** Records the stream, resync and message events of a client in order. */
const recordStreamEvents = (client: SessionClient<unknown, unknown>): unknown[] => {
  const events: unknown[] = []
  client.on(
    'stream',
    ({ stream, offset, replayed }) => void events.push(`${stream} ${offset}${replayed ? ' replayed' : ''}`),
  )
  client.on(
    'resync',
    ({ stream, reason, from, to }) =>
      void events.push(`resync ${stream} ${reason} ${from?.epoch}${from?.offset} ${to?.epoch}${to?.offset}`),
  )
  client.on('message', (message) => void events.push(message))
  return events
}
/** A welcomed client that has read the stream `room` up to an offset. */
const connectToRoom = (off = 0) => {
  const hub = createFakeHub()
  const client = hub.connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', off, 'fresh'] } })
  const sendMessage = (at: number, d: unknown = at, more: object = {}): void =>
    hub.sendFrame({ t: 'msg', s: 'room', off: at, d, ...more })
  return { ...hub, client, events: recordStreamEvents(client), sendMessage }
}

test('a stream message is emitted as stream first, then as message', () => {
  const { sendMessage, events } = connectToRoom(4)
  sendMessage(5, 'five')
  sendMessage(6, 'six', { re: 1 })
  expect(events).toEqual(['room 5', 'five', 'room 6 replayed', 'six'])
})

test('duplicates are dropped (R6)', () => {
  const { sendMessage, events } = connectToRoom()
  for (const off of [1, 1, 2, 1]) sendMessage(off)
  expect(events).toEqual(['room 1', 1, 'room 2', 2])
})

test('a gap closes the connection with 4002, and the missing messages are replayed after resuming (R6)', () => {
  const { sendMessage, events, client, server, reconnectWelcomed, receivedFrames } = connectToRoom()
  sendMessage(1)
  sendMessage(3)
  sendMessage(4)
  expect(server.last.closed).toMatchObject({ code: 4002 })
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { code: 4002, reason: 'gap', cause: 'network', final: false },
  })
  reconnectWelcomed(client, { streams: { room: ['e', 4, 'resumed'] } })
  expect(receivedFrames()[0]).toMatchObject({ pos: { room: ['e', 1] } })
  for (const off of [2, 3, 4]) sendMessage(off, off, { re: 1 })
  expect(events).toEqual(['room 1', 1, 'room 2 replayed', 2, 'room 3 replayed', 3, 'room 4 replayed', 4])
})

test('a second gap at the same position joins the stream again on the same connection and emits resync (R7)', () => {
  const { sendMessage, events, client, reconnectWelcomed, framesOfType, sendFrame } = connectToRoom()
  sendMessage(2)
  reconnectWelcomed(client, { streams: { room: ['e', 2, 'resumed'] } })
  sendMessage(2, 2, { re: 1 })
  expect(client.get().status).toBe('open')
  expect(framesOfType('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
  expect(framesOfType('sub')).toEqual([{ t: 'sub', stream: 'room' }])
  sendMessage(3)
  sendFrame({ t: 'sub', s: 'room', at: ['e', 3, 'fresh'] })
  sendMessage(4)
  expect(events).toEqual(['resync room gap e0 e3', 'room 4', 4])
})

test('a second gap emits resync even if the connection is lost before the stream is joined again (R7)', () => {
  const { sendMessage, events, client, server, reconnectWelcomed, receivedFrames } = connectToRoom(5)
  sendMessage(7)
  reconnectWelcomed(client, { streams: { room: ['e', 7, 'resumed'] } })
  sendMessage(7)
  server.last.drop()
  reconnectWelcomed(client, { streams: { room: ['e', 9, 'fresh'] } })
  expect(receivedFrames()[0]).toMatchObject({ pos: {}, sub: ['room'] })
  expect(events).toEqual(['resync room gap e5 e9'])
})

test('two pings with a newer offset close the connection, because the last message was lost (R8)', () => {
  const { sendFrame, server, sendMessage, events } = connectToRoom()
  sendFrame({ t: 'ping', id: 'x', top: { room: 1, other: 5 } })
  expect(server.last.closed).toBeUndefined()
  sendFrame({ t: 'ping', top: { room: 1 } })
  expect(server.last.closed).toMatchObject({ code: 4002 })
  sendMessage(1)
  expect(events).toEqual([])
})

test('a ping gets a pong with its id', () => {
  const { sendFrame, framesOfType } = connectToRoom()
  sendFrame({ t: 'ping', id: 'x' })
  sendFrame({ t: 'ping' })
  expect(framesOfType('pong')).toEqual([{ t: 'pong', id: 'x' }, { t: 'pong' }])
})

describe('resync', () => {
  test('resync is emitted after open and before any later message of the stream (R5)', () => {
    const { client, server, reconnectWelcomed, events, sendMessage } = connectToRoom(4)
    client.on('open', () => void events.push('open'))
    server.last.drop()
    reconnectWelcomed(client, { resumed: false, streams: { room: ['f', 2, 'lost', 'epoch'] } })
    sendMessage(3)
    expect(events).toEqual(['open', 'resync room epoch e4 f2', 'room 3', 3])
  })

  test('resync is emitted only for the lost stream, and other streams continue', () => {
    const hub = createFakeHub()
    const client = hub.connectWelcomed(
      { streams: ['a', 'b'] },
      {},
      { streams: { a: ['e', 1, 'fresh'], b: ['e', 1, 'fresh'] } },
    )
    const events = recordStreamEvents(client)
    hub.server.last.drop()
    hub.reconnectWelcomed(client, { streams: { a: ['e', 900, 'lost', 'trimmed'], b: ['e', 2, 'resumed'] } })
    hub.sendFrame({ t: 'msg', s: 'b', off: 2, d: 'b', re: 1 })
    expect(events).toEqual(['resync a trimmed e1 e900', 'b 2 replayed', 'b'])
  })

  test('resync is emitted when the server resets a stream', () => {
    const { sendFrame, events, sendMessage } = connectToRoom(4)
    sendFrame({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: 'epoch' })
    sendMessage(1)
    expect(events).toEqual(['resync room epoch e4 f0', 'room 1', 1])
  })

  test('resync is emitted even if an open listener closes the client', () => {
    const { client, server, reconnectWelcomed, events } = connectToRoom(4)
    client.on('open', () => client.close())
    server.last.drop()
    reconnectWelcomed(client, { streams: { room: ['f', 2, 'lost', 'epoch'] } })
    expect(events).toEqual(['resync room epoch e4 f2'])
  })

  test.each([
    ['epoch', 5000],
    ['none', 5000],
    ['trimmed', 500],
    ['limit', 500],
  ])('resync with the reason %s suggests a wait of %i ms', (reason, wait) => {
    const { client, server, reconnectWelcomed } = connectToRoom(4)
    const waits: number[] = []
    client.on('resync', (each) => void waits.push(each.wait))
    server.last.drop()
    reconnectWelcomed(client, { streams: { room: ['f', 2, 'lost', reason] } })
    expect(waits).toEqual([wait])
  })
})

describe('join', () => {
  test('join sends sub once, and the stream starts at its newest message', () => {
    const { client, framesOfType, sendFrame, events } = connectToRoom()
    client.join('lobby')
    client.join('lobby')
    expect(framesOfType('sub')).toEqual([{ t: 'sub', stream: 'lobby' }])
    sendFrame({ t: 'msg', s: 'lobby', off: 7, d: 'early' })
    sendFrame({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    sendFrame({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    expect(events).toEqual(['lobby 8', 'eight'])
  })

  test('a join while offline is sent in the next hello', () => {
    const { client, server, reconnectWelcomed, receivedFrames } = connectToRoom()
    server.last.drop()
    client.join('lobby')
    reconnectWelcomed(client)
    expect(receivedFrames()[0]).toMatchObject({ sub: ['lobby'] })
  })

  test('join between hello and welcome sends sub after welcome', () => {
    const { connectSession, server, sendFrame, framesOfType } = createFakeHub()
    const client = connectSession()
    server.last.accept(PROTOCOL)
    client.join('lobby')
    expect(framesOfType('sub')).toEqual([])
    sendFrame(welcomeFrame())
    expect(framesOfType('sub')).toEqual([{ t: 'sub', stream: 'lobby' }])
  })

  test('a denied join emits resync and is not sent again', () => {
    const { client, sendFrame, events, server, reconnectWelcomed, receivedFrames } = connectToRoom()
    client.join('secret')
    sendFrame({ t: 'sub', s: 'secret', at: ['', 0, 'lost', 'denied'] })
    expect(events).toEqual(['resync secret denied undefinedundefined undefinedundefined'])
    server.last.drop()
    reconnectWelcomed(client)
    expect(receivedFrames()[0]).toMatchObject({ sub: [] })
  })

  test.each(['', 'x'.repeat(257), 'é'.repeat(129), 5])(
    'join throws for a stream name that is no string of 1 to 256 bytes: %s',
    (name) => {
      expect(() => connectToRoom().client.join(name as string)).toThrow('stream')
    },
  )

  test.each([
    ['a single string', 'room'],
    ['a number', [5]],
    ['an empty name', ['room', '']],
  ])('createWebSocket throws for %s in the option streams', (_, streams) => {
    expect(() =>
      createWebSocket('ws://test/', { immediate: false, session: session({ streams: streams as never }) }),
    ).toThrow('streams: expected')
  })

  test('join after leave sends sub again and ignores the pending reply to the first sub', () => {
    const { client, sendFrame, framesOfType, events } = connectToRoom()
    client.join('lobby')
    client.leave('lobby')
    client.join('lobby')
    expect(framesOfType('sub')).toHaveLength(2)
    sendFrame({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    sendFrame({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    sendFrame({ t: 'sub', s: 'lobby', at: ['l', 9, 'fresh'] })
    sendFrame({ t: 'msg', s: 'lobby', off: 10, d: 'ten' })
    expect(events).toEqual(['lobby 10', 'ten'])
  })
})

describe('leave', () => {
  test('leave sends unsub once, and later messages of the stream are ignored', () => {
    const { client, framesOfType, sendMessage, events, server, reconnectWelcomed, receivedFrames } = connectToRoom()
    client.leave('room')
    client.leave('room')
    expect(framesOfType('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
    sendMessage(1)
    expect(events).toEqual([])
    server.last.drop()
    reconnectWelcomed(client)
    expect(receivedFrames()[0]).toMatchObject({ pos: {}, sub: [] })
  })

  test('leave between hello and welcome sends unsub after welcome', () => {
    const { connectSession, server, sendFrame, framesOfType } = createFakeHub()
    const client = connectSession({ streams: ['room'] })
    const events = recordStreamEvents(client)
    server.last.accept(PROTOCOL)
    client.leave('room')
    sendFrame(welcomeFrame({ streams: { room: ['e', 0, 'fresh'] } }))
    expect(framesOfType('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
    sendFrame({ t: 'msg', s: 'room', off: 1, d: 'x' })
    expect(events).toEqual([])
  })

  test('leave and join between hello and welcome send sub and ignore the cursor in welcome', () => {
    const { connectSession, server, sendFrame, framesOfType } = createFakeHub()
    const client = connectSession({ streams: ['room'] })
    const events = recordStreamEvents(client)
    server.last.accept(PROTOCOL)
    client.leave('room')
    client.join('room')
    sendFrame(welcomeFrame({ streams: { room: ['e', 3, 'fresh'] } }))
    expect(framesOfType('sub')).toEqual([{ t: 'sub', stream: 'room' }])
    sendFrame({ t: 'msg', s: 'room', off: 4, d: 'four' })
    sendFrame({ t: 'sub', s: 'room', at: ['e', 4, 'fresh'] })
    sendFrame({ t: 'msg', s: 'room', off: 5, d: 'five' })
    expect(events).toEqual(['room 5', 'five'])
  })

  test('a stream that is left while the reply to join is pending stays left', () => {
    const { client, sendFrame, events, server, reconnectWelcomed, receivedFrames } = connectToRoom()
    client.join('lobby')
    client.leave('lobby')
    sendFrame({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    sendFrame({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    expect(events).toEqual([])
    server.last.drop()
    reconnectWelcomed(client)
    expect(receivedFrames()[0]).toMatchObject({ sub: [] })
  })
})

test('a stream that the server joins for the client is followed, also after a reconnect', () => {
  const { client, sendFrame, events, server, reconnectWelcomed, receivedFrames } = connectToRoom()
  sendFrame({ t: 'sub', s: 'news', at: ['n', 3, 'fresh'] })
  sendFrame({ t: 'msg', s: 'news', off: 4, d: 'four' })
  expect(events).toEqual(['news 4', 'four'])
  server.last.drop()
  reconnectWelcomed(client, { streams: { room: ['e', 0, 'resumed'], news: ['n', 4, 'resumed'] } })
  expect(receivedFrames()[0]).toMatchObject({ pos: { room: ['e', 0], news: ['n', 4] } })
})

test('a stream named __proto__ works like any other', () => {
  const { client, sendFrame, server, reconnectWelcomed, events } = connectToRoom()
  client.join('__proto__')
  sendFrame('{"t":"sub","s":"__proto__","at":["p",1,"fresh"]}')
  sendFrame('{"t":"msg","s":"__proto__","off":2,"d":"two"}')
  server.last.drop()
  reconnectWelcomed(client)
  expect(server.last.received[0]).toContain('"__proto__":["p",2]')
  expect(events).toEqual(['__proto__ 2', 'two'])
})

test('close() keeps the positions, and open() sends them in hello', () => {
  const { client, server, sendMessage, welcome, receivedFrames } = connectToRoom()
  sendMessage(1)
  client.close()
  expect(server.last.closed).toEqual({ code: 1000, reason: '' })
  server.last.finish()
  client.open()
  welcome({ streams: { room: ['e', 1, 'resumed'] } })
  expect(receivedFrames()[0]).toEqual({ t: 'hello', v: 1, pos: { room: ['e', 1] }, sub: [] })
})

test('a stream listener that closes the client still receives that message, and no later one', () => {
  const { client, events, sendMessage, server, welcome, receivedFrames } = connectToRoom()
  client.on('stream', () => client.close())
  sendMessage(1)
  sendMessage(2)
  server.last.finish()
  client.open()
  welcome({ streams: { room: ['e', 2, 'resumed'] } })
  expect(receivedFrames()[0]).toMatchObject({ pos: { room: ['e', 1] } })
  expect(events).toEqual(['room 1', 1])
})

test('each presence frame is emitted with members, joined or left', () => {
  const { client, sendFrame } = connectToRoom()
  const changes: unknown[] = []
  client.on('presence', (value) => void changes.push(value))
  sendFrame({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
  sendFrame({ t: 'pres', s: 'room', in: [{ id: 'bob', info: 1 }] })
  sendFrame({ t: 'pres', s: 'room', out: [{ id: 'ann' }] })
  expect(changes).toEqual([
    { stream: 'room', members: [{ id: 'ann' }] },
    { stream: 'room', joined: [{ id: 'bob', info: 1 }] },
    { stream: 'room', left: [{ id: 'ann' }] },
  ])
})

test('stream messages count in received and lastMessage', () => {
  const { client, sendMessage } = connectToRoom()
  sendMessage(1)
  expect(client.get()).toMatchObject({ received: 1, lastMessage: 1 })
  expect(recordEvents(client, 'message')).toEqual([])
})

test('the name of a stream may have 256 bytes', () => {
  const { connectWelcomed, framesOfType } = createFakeHub()
  const client = connectWelcomed()
  client.join('ä'.repeat(128))
  expect(framesOfType('sub')).toHaveLength(1)
  expect(() => client.join(`${'ä'.repeat(128)}x`)).toThrow('256 bytes')
})
