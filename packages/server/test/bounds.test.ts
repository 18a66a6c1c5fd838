/** What one client may take of the hub: time, messages, bytes, memory. */

import { describe, expect, test } from 'vitest'
import { settle, stage } from './support/testNode.ts'

describe('hello', () => {
  test('none in 10 s: 4008', async () => {
    const { connect, clock, node } = stage()
    const socket = connect()
    socket.say({ t: 'ping', id: 1 })
    await clock.run(9999)
    expect(socket.closed).toBeUndefined()
    await clock.run(1)
    expect(socket.closed).toEqual({ code: 4008, reason: 'no hello in time' })
    expect(node.stats().sessions).toBe(0)
  })

  test('an authenticate that hangs is no excuse', async () => {
    const { connect, clock } = stage({ authenticate: () => new Promise(() => undefined) })
    const socket = connect()
    socket.say({ t: 'hello', v: 1 })
    await clock.run(10_000)
    expect(socket.closed?.code).toBe(4008)
  })
})

describe('heartbeat', () => {
  test('every 25 s a protocol ping and the tops; whatever comes within 10 s of it is life', async () => {
    const { enter, clock, node } = stage()
    const { socket } = await enter({ sub: ['a', 'b'] })
    await node.publish('a', 1)
    for (let round = 1; round <= 4; round++) {
      await clock.run(25_000)
      expect(socket.pings).toBe(round)
      expect(socket.of('ping')).toHaveLength(round)
      expect(socket.of('ping').at(-1)).toEqual({ t: 'ping', top: { a: 1, b: 0 } })
      if (round % 2) socket.say({ t: 'pong' })
      else socket.pong()
    }
    expect(socket.terminated).toBe(false)
  })

  test('nothing within 10 s of a ping: terminated, and the session kept', async () => {
    const { enter, clock, node } = stage()
    const { socket, welcome } = await enter()
    await clock.run(24_000)
    socket.pong()
    await clock.run(10_999)
    expect(socket.terminated).toBe(false)
    await clock.run(1)
    expect(socket.terminated).toBe(true)
    expect(node.stats()).toMatchObject({ dead: 1, connections: 0 })
    const { sid, key } = welcome
    expect((await enter({ sid, key })).welcome['resumed']).toBe(true)
  })

  test('plain clients get the protocol ping alone', async () => {
    const { connect, clock } = stage()
    const socket = connect(undefined, '')
    await clock.run(25_000)
    expect(socket.pings).toBe(1)
    expect(socket.texts).toEqual([])
    await clock.run(10_000)
    expect(socket.terminated).toBe(true)
  })

  test('a peer that does not answer the close is terminated', async () => {
    const { enter, clock } = stage()
    const { socket } = await enter()
    socket.say('bad')
    expect(socket.closed?.code).toBe(4500)
    await clock.run(10_000)
    expect(socket.terminated).toBe(true)
  })
})

describe('4005', () => {
  test('above 400 at once: closed with a hint, and nothing of it is heard any more', async () => {
    const { enter, node } = stage()
    let heard = 0
    node.on('message', () => void heard++)
    const { socket } = await enter()
    for (let n = 0; n < 1000; n++) socket.say({ t: 'ping', id: n })
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[2000,4000]}' })
    expect(socket.of('pong')).toHaveLength(399)
    expect(socket.of('bye')).toEqual([{ t: 'bye', code: 4005, why: 'rate limited', in: [2000, 4000] }])
    socket.say({ t: 'emit', d: 1 })
    await settle()
    expect(heard).toBe(0)
    expect(node.stats().floods).toBe(1)
  })

  test('200 a second go on for ever', async () => {
    const { enter, clock } = stage()
    const { socket } = await enter()
    for (let n = 0; n < 6000; n++) {
      socket.say({ t: 'ping', id: n })
      await clock.run(5)
    }
    expect(socket.closed).toBeUndefined()
  })

  test('above 1 MiB at once, by bytes', async () => {
    const { enter } = stage()
    const { socket } = await enter()
    const d = 'x'.repeat(60_000)
    for (let n = 0; n < 17; n++) socket.say({ t: 'emit', d })
    expect(socket.closed).toBeUndefined()
    socket.say({ t: 'emit', d })
    expect(socket.closed?.code).toBe(4005)
  })

  test('protocol pings count', async () => {
    const { enter } = stage()
    const { socket } = await enter()
    for (let n = 0; n < 400; n++) socket.ping('x')
    expect(socket.closed?.code).toBe(4005)
  })

  test('more than 256 messages that wait for a listener, of either kind of client', async () => {
    const { enter, connect, node, clock } = stage()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await enter()
    const plain = connect(undefined, '')
    for (let n = 1; n <= 257; n++) {
      socket.say({ t: 'send', seq: n, d: n })
      plain.say('1')
      socket.pong()
      plain.pong()
      await clock.run(10)
    }
    expect([socket.closed, plain.closed]).toEqual([undefined, undefined])
    socket.say({ t: 'send', seq: 258, d: 258 })
    plain.say('1')
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[1000,5000]}' })
    expect(plain.closed?.code).toBe(4005)
  })
})

describe('4001', () => {
  test('a reader that lets 1 MiB wait is closed, gets nothing more, and can resume', async () => {
    const { enter, node } = stage()
    const first = await enter({ sub: ['a'] })
    const drops: unknown[] = []
    node.on('drop', (_, details) => drops.push(details))
    first.socket.bufferedAmount = 1024 * 1024
    await node.publish('a', 1)
    expect(first.socket.closed).toBeUndefined()
    first.socket.bufferedAmount++
    await node.publish('a', 2)
    await node.publish('a', 3)
    expect(first.socket.closed).toEqual({ code: 4001, reason: 'too slow' })
    expect(first.socket.of('msg')).toHaveLength(1)
    expect(drops).toEqual([{ code: 4001, why: 'too slow' }])
    const { sid, key, streams } = first.welcome
    const second = await enter({ sid, key, pos: { a: [streams.a[0], 1] } })
    expect(second.socket.of('msg').map(({ d }) => d as number)).toEqual([2, 3])
    expect(node.stats().slow).toBe(1)
  })

  test('a long replay is let through at once, and only what comes after it counts', async () => {
    const { enter, connect, node } = stage()
    const { socket, welcome } = await enter({ sub: ['a', 'b'] })
    socket.end()
    const d = 'x'.repeat(100_000)
    for (let n = 0; n < 10; n++) for (const stream of ['a', 'b']) await node.publish(stream, d)
    const { sid, key, streams } = welcome
    const late = { socket: connect() }
    late.socket.stuck = true
    late.socket.say({ t: 'hello', v: 1, sid, key, pos: { a: [streams.a[0], 0], b: [streams.b[0], 0] } })
    await settle()
    expect(late.socket.of('msg')).toHaveLength(20)
    expect(late.socket.bufferedAmount).toBeGreaterThan(2_000_000)
    await node.publish('a', 1)
    expect(late.socket.closed).toBeUndefined()
    late.socket.bufferedAmount = 0
    await node.publish('a', 2)
    late.socket.bufferedAmount = 2_000_000
    await node.publish('a', 3)
    expect(late.socket.closed?.code).toBe(4001)
  })
})

describe('4006', () => {
  const clockOf = stage
  test('an expired token is turned away at hello, and the link ends when it expires', async () => {
    const { enter, connect, clock } = clockOf({
      authenticate: ({ token }) => ({ id: 'ann', expiresAt: Number(token) }),
    })
    await clock.run(1000)
    const late = connect()
    late.say({ t: 'hello', v: 1, token: '1000' })
    await settle()
    expect(late.closed).toEqual({ code: 4006, reason: 'token expired' })
    const { socket, welcome } = await enter({ token: '5000' })
    await clock.run(3999)
    expect(socket.closed).toBeUndefined()
    await clock.run(1)
    expect(socket.closed?.code).toBe(4006)
    expect(socket.of('bye')).toEqual([{ t: 'bye', code: 4006, why: 'token expired' }])
    const { sid, key } = welcome
    expect((await enter({ token: '9000', sid, key })).welcome['resumed']).toBe(true)
  })

  test('auth with a fresh token prolongs it; with another user or a bad one it is 4501', async () => {
    const { enter, clock, node } = clockOf({
      authenticate: ({ token = '' }) => {
        const [id = '', expiresAt = 0, info] = token.split(' ')
        return id && { id, expiresAt: Number(expiresAt), info }
      },
    } as never)
    let shown: unknown
    node.on('message', (_, { user }) => {
      shown = user.info
    })
    const { socket } = await enter({ token: 'ann 5000 old' })
    socket.say({ t: 'auth', token: 'ann 20000 new' })
    await clock.run(10_000)
    expect(socket.closed).toBeUndefined()
    socket.say({ t: 'emit', d: 1 })
    await settle()
    expect(shown).toBe('new')
    socket.say({ t: 'auth', token: 'bob 90000' })
    await settle()
    expect(socket.closed).toEqual({ code: 4501, reason: 'another user' })
    const other = await enter({ token: 'ann 20000' })
    other.socket.say({ t: 'auth', token: '' })
    await settle()
    expect(other.socket.closed?.code).toBe(4501)
  })
})

test('authorize is asked for 128 streams of one hello at most', async () => {
  let asked = 0
  const { enter } = stage({ authorize: () => ++asked < 0 })
  await enter({ sub: Array.from({ length: 1000 }, (_, index) => `s${index}`) })
  expect(asked).toBe(128)
})

test('128 streams per connection; those above are denied', async () => {
  const { enter, node } = stage()
  const names = Array.from({ length: 130 }, (_, index) => `s${index}`)
  const { socket, welcome } = await enter({ sub: names })
  const states = Object.values(welcome['streams'] as Record<string, unknown[]>).map(([, , state, why]) => why ?? state)
  expect(states.filter((state) => state === 'fresh')).toHaveLength(128)
  expect(states.filter((state) => state === 'denied')).toHaveLength(2)
  socket.say({ t: 'unsub', stream: 's0' })
  socket.say({ t: 'sub', stream: 's128' })
  socket.say({ t: 'sub', stream: 's129' })
  await settle()
  expect(socket.of('sub').map(({ at }) => (at as unknown[]).at(-1))).toEqual(['fresh', 'denied'])
  expect(node.stats().streams).toBe(128)
})
