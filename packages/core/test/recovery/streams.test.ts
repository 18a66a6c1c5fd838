import { describe, expect, test } from 'vitest'
import { recordEvents as heardOf } from '../support/recordEvents.ts'
import { PROTOCOL, hub, welcomeFrame } from './support/hub.ts'
import { createWebSocket } from '../../src/index.ts'
import { type SessionClient, session } from '../../src/session/index.ts'

/** Everything that reaches the application of streams, in order. */
const log = (client: SessionClient<unknown, unknown>): unknown[] => {
  const told: unknown[] = []
  client.on(
    'stream',
    ({ stream, offset, replayed }) => void told.push(`${stream} ${offset}${replayed ? ' again' : ''}`),
  )
  client.on(
    'resync',
    ({ stream, reason, from, to }) =>
      void told.push(`resync ${stream} ${reason} ${from?.epoch}${from?.offset} ${to?.epoch}${to?.offset}`),
  )
  client.on('message', (message) => void told.push(message))
  return told
}
const inRoom = (off = 0) => {
  const made = hub()
  const client = made.meet({ streams: ['room'] }, {}, { streams: { room: ['e', off, 'fresh'] } })
  const msg = (at: number, d: unknown = at, more: object = {}): void =>
    made.say({ t: 'msg', s: 'room', off: at, d, ...more })
  return { ...made, client, told: log(client), msg }
}

test('a message is told with its stream first, then as any other', () => {
  const { msg, told } = inRoom(4)
  msg(5, 'five')
  msg(6, 'six', { re: 1 })
  expect(told).toEqual(['room 5', 'five', 'room 6 again', 'six'])
})

test('doubles are dropped (R6)', () => {
  const { msg, told } = inRoom()
  for (const off of [1, 1, 2, 1]) msg(off)
  expect(told).toEqual(['room 1', 1, 'room 2', 2])
})

test('a gap ends the link with 4002, and the rest of it comes by resuming from the old position (R6)', () => {
  const { msg, told, client, server, back, heard } = inRoom()
  msg(1)
  msg(3)
  msg(4)
  expect(server.last.closed).toMatchObject({ code: 4002 })
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { code: 4002, reason: 'gap', cause: 'network', final: false },
  })
  back(client, { streams: { room: ['e', 4, 'resumed'] } })
  expect(heard()[0]).toMatchObject({ pos: { room: ['e', 1] } })
  for (const off of [2, 3, 4]) msg(off, off, { re: 1 })
  expect(told).toEqual(['room 1', 1, 'room 2 again', 2, 'room 3 again', 3, 'room 4 again', 4])
})

test('a second gap at the same position begins the stream anew on the same link, and says so (R7)', () => {
  const { msg, told, client, back, of, say } = inRoom()
  msg(2)
  back(client, { streams: { room: ['e', 2, 'resumed'] } })
  msg(2, 2, { re: 1 })
  expect(client.get().status).toBe('open')
  expect(of('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
  expect(of('sub')).toEqual([{ t: 'sub', stream: 'room' }])
  msg(3)
  say({ t: 'sub', s: 'room', at: ['e', 3, 'fresh'] })
  msg(4)
  expect(told).toEqual(['resync room gap e0 e3', 'room 4', 4])
})

test('a stream lost to a gap is told as such though the link ends before it begins anew (R7)', () => {
  const { msg, told, client, server, back, heard } = inRoom(5)
  msg(7)
  back(client, { streams: { room: ['e', 7, 'resumed'] } })
  msg(7)
  server.last.drop()
  back(client, { streams: { room: ['e', 9, 'fresh'] } })
  expect(heard()[0]).toMatchObject({ pos: {}, sub: ['room'] })
  expect(told).toEqual(['resync room gap e5 e9'])
})

test('the tops in a ping show a lost last message after a whole interval (R8)', () => {
  const { say, server, msg, told } = inRoom()
  say({ t: 'ping', id: 'x', top: { room: 1, other: 5 } })
  expect(server.last.closed).toBeUndefined()
  say({ t: 'ping', top: { room: 1 } })
  expect(server.last.closed).toMatchObject({ code: 4002 })
  msg(1)
  expect(told).toEqual([])
})

test('a ping is answered with its id', () => {
  const { say, of } = inRoom()
  say({ t: 'ping', id: 'x' })
  say({ t: 'ping' })
  expect(of('pong')).toEqual([{ t: 'pong', id: 'x' }, { t: 'pong' }])
})

describe('resync', () => {
  test('comes before any later message of the stream, and after open (R5)', () => {
    const { client, server, back, told, msg } = inRoom(4)
    client.on('open', () => void told.push('open'))
    server.last.drop()
    back(client, { resumed: false, streams: { room: ['f', 2, 'lost', 'epoch'] } })
    msg(3)
    expect(told).toEqual(['open', 'resync room epoch e4 f2', 'room 3', 3])
  })

  test('is told for the stream that it is of, and the others go on', () => {
    const made = hub()
    const client = made.meet({ streams: ['a', 'b'] }, {}, { streams: { a: ['e', 1, 'fresh'], b: ['e', 1, 'fresh'] } })
    const told = log(client)
    made.server.last.drop()
    made.back(client, { streams: { a: ['e', 900, 'lost', 'trimmed'], b: ['e', 2, 'resumed'] } })
    made.say({ t: 'msg', s: 'b', off: 2, d: 'b', re: 1 })
    expect(told).toEqual(['resync a trimmed e1 e900', 'b 2 again', 'b'])
  })

  test('is told when the server sets a stream anew', () => {
    const { say, told, msg } = inRoom(4)
    say({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: 'epoch' })
    msg(1)
    expect(told).toEqual(['resync room epoch e4 f0', 'room 1', 1])
  })

  test('is told though a listener of open closes the client', () => {
    const { client, server, back, told } = inRoom(4)
    client.on('open', () => client.close())
    server.last.drop()
    back(client, { streams: { room: ['f', 2, 'lost', 'epoch'] } })
    expect(told).toEqual(['resync room epoch e4 f2'])
  })

  test.each([
    ['epoch', 5000],
    ['none', 5000],
    ['trimmed', 500],
    ['limit', 500],
  ])('suggests a wait where many are struck: %s', (why, wait) => {
    const { client, server, back } = inRoom(4)
    const waits: number[] = []
    client.on('resync', (each) => void waits.push(each.wait))
    server.last.drop()
    back(client, { streams: { room: ['f', 2, 'lost', why] } })
    expect(waits).toEqual([wait])
  })
})

describe('join', () => {
  test('asks for a stream, which then begins at its top', () => {
    const { client, of, say, told } = inRoom()
    client.join('lobby')
    client.join('lobby')
    expect(of('sub')).toEqual([{ t: 'sub', stream: 'lobby' }])
    say({ t: 'msg', s: 'lobby', off: 7, d: 'early' })
    say({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    say({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    expect(told).toEqual(['lobby 8', 'eight'])
  })

  test('waits for a connection', () => {
    const { client, server, back, heard } = inRoom()
    server.last.drop()
    client.join('lobby')
    back(client)
    expect(heard()[0]).toMatchObject({ sub: ['lobby'] })
  })

  test('between hello and welcome is asked after it', () => {
    const { start, server, say, of } = hub()
    const client = start()
    server.last.accept(PROTOCOL)
    client.join('lobby')
    expect(of('sub')).toEqual([])
    say(welcomeFrame())
    expect(of('sub')).toEqual([{ t: 'sub', stream: 'lobby' }])
  })

  test('that is denied is told, and not asked again', () => {
    const { client, say, told, server, back, heard } = inRoom()
    client.join('secret')
    say({ t: 'sub', s: 'secret', at: ['', 0, 'lost', 'denied'] })
    expect(told).toEqual(['resync secret denied undefinedundefined undefinedundefined'])
    server.last.drop()
    back(client)
    expect(heard()[0]).toMatchObject({ sub: [] })
  })

  test.each(['', 'x'.repeat(257), 'é'.repeat(129), 5])('takes a name of 1 to 256 bytes: %s', (name) => {
    expect(() => inRoom().client.join(name as string)).toThrow('stream')
  })

  test.each([
    ['a name', 'room'],
    ['no name', [5]],
    ['an empty name', ['room', '']],
  ])('%s in place of names is told at once', (_, streams) => {
    expect(() =>
      createWebSocket('ws://test/', { immediate: false, session: session({ streams: streams as never }) }),
    ).toThrow('streams: expected')
  })

  test('after leave begins anew, and the answer that is under way to the first question is not taken for the second’s', () => {
    const { client, say, of, told } = inRoom()
    client.join('lobby')
    client.leave('lobby')
    client.join('lobby')
    expect(of('sub')).toHaveLength(2)
    say({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    say({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    say({ t: 'sub', s: 'lobby', at: ['l', 9, 'fresh'] })
    say({ t: 'msg', s: 'lobby', off: 10, d: 'ten' })
    expect(told).toEqual(['lobby 10', 'ten'])
  })
})

describe('leave', () => {
  test('is told the server, and nothing more is heard', () => {
    const { client, of, msg, told, server, back, heard } = inRoom()
    client.leave('room')
    client.leave('room')
    expect(of('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
    msg(1)
    expect(told).toEqual([])
    server.last.drop()
    back(client)
    expect(heard()[0]).toMatchObject({ pos: {}, sub: [] })
  })

  test('between hello and welcome is told after it', () => {
    const { start, server, say, of } = hub()
    const client = start({ streams: ['room'] })
    const told = log(client)
    server.last.accept(PROTOCOL)
    client.leave('room')
    say(welcomeFrame({ streams: { room: ['e', 0, 'fresh'] } }))
    expect(of('unsub')).toEqual([{ t: 'unsub', stream: 'room' }])
    say({ t: 'msg', s: 'room', off: 1, d: 'x' })
    expect(told).toEqual([])
  })

  test('and join between hello and welcome begin anew, whatever welcome says', () => {
    const { start, server, say, of } = hub()
    const client = start({ streams: ['room'] })
    const told = log(client)
    server.last.accept(PROTOCOL)
    client.leave('room')
    client.join('room')
    say(welcomeFrame({ streams: { room: ['e', 3, 'fresh'] } }))
    expect(of('sub')).toEqual([{ t: 'sub', stream: 'room' }])
    say({ t: 'msg', s: 'room', off: 4, d: 'four' })
    say({ t: 'sub', s: 'room', at: ['e', 4, 'fresh'] })
    say({ t: 'msg', s: 'room', off: 5, d: 'five' })
    expect(told).toEqual(['room 5', 'five'])
  })

  test('while the answer to join is under way stays left', () => {
    const { client, say, told, server, back, heard } = inRoom()
    client.join('lobby')
    client.leave('lobby')
    say({ t: 'sub', s: 'lobby', at: ['l', 7, 'fresh'] })
    say({ t: 'msg', s: 'lobby', off: 8, d: 'eight' })
    expect(told).toEqual([])
    server.last.drop()
    back(client)
    expect(heard()[0]).toMatchObject({ sub: [] })
  })
})

test('a stream that the server joined for us unasked is followed, over reconnects too', () => {
  const { client, say, told, server, back, heard } = inRoom()
  say({ t: 'sub', s: 'news', at: ['n', 3, 'fresh'] })
  say({ t: 'msg', s: 'news', off: 4, d: 'four' })
  expect(told).toEqual(['news 4', 'four'])
  server.last.drop()
  back(client, { streams: { room: ['e', 0, 'resumed'], news: ['n', 4, 'resumed'] } })
  expect(heard()[0]).toMatchObject({ pos: { room: ['e', 0], news: ['n', 4] } })
})

test('a stream with the name of a built-in is a stream', () => {
  const { client, say, server, back, told } = inRoom()
  client.join('__proto__')
  say('{"t":"sub","s":"__proto__","at":["p",1,"fresh"]}')
  say('{"t":"msg","s":"__proto__","off":2,"d":"two"}')
  server.last.drop()
  back(client)
  expect(server.last.received[0]).toContain('"__proto__":["p",2]')
  expect(told).toEqual(['__proto__ 2', 'two'])
})

test('close keeps the positions, so that open goes on where it was', () => {
  const { client, server, msg, greet, heard } = inRoom()
  msg(1)
  client.close()
  expect(server.last.closed).toEqual({ code: 1000, reason: '' })
  server.last.finish()
  client.open()
  greet({ streams: { room: ['e', 1, 'resumed'] } })
  expect(heard()[0]).toEqual({ t: 'hello', v: 1, pos: { room: ['e', 1] }, sub: [] })
})

test('a listener of a message that closes the client has heard it, and no more', () => {
  const { client, told, msg, server, greet, heard } = inRoom()
  client.on('stream', () => client.close())
  msg(1)
  msg(2)
  server.last.finish()
  client.open()
  greet({ streams: { room: ['e', 2, 'resumed'] } })
  expect(heard()[0]).toMatchObject({ pos: { room: ['e', 1] } })
  expect(told).toEqual(['room 1', 1])
})

test('presence is told as it comes', () => {
  const { client, say } = inRoom()
  const told: unknown[] = []
  client.on('presence', (value) => void told.push(value))
  say({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
  say({ t: 'pres', s: 'room', in: [{ id: 'bob', info: 1 }] })
  say({ t: 'pres', s: 'room', out: [{ id: 'ann' }] })
  expect(told).toEqual([
    { stream: 'room', members: [{ id: 'ann' }] },
    { stream: 'room', joined: [{ id: 'bob', info: 1 }] },
    { stream: 'room', left: [{ id: 'ann' }] },
  ])
})

test('history and counts see the messages of streams as any other', () => {
  const { client, msg } = inRoom()
  msg(1)
  expect(client.get()).toMatchObject({ received: 1, lastMessage: 1 })
  expect(heardOf(client, 'message')).toEqual([])
})
