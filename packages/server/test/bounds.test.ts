/** The limits for one client: time, messages, bytes and memory. */

import { describe, expect, test } from 'vitest'
import { createTestNode, settle } from './support/testNode.ts'

describe('the deadline of hello', () => {
  test('a client that sends no hello within 10 s is closed with 4008', async () => {
    const { connect, clock, node } = createTestNode()
    const socket = connect()
    socket.clientSends({ t: 'ping', id: 1 })
    await clock.run(9999)
    expect(socket.closed).toBeUndefined()
    await clock.run(1)
    expect(socket.closed).toEqual({ code: 4008, reason: 'no hello in time' })
    expect(node.stats().sessions).toBe(0)
  })

  test('a client whose authenticate does not settle within 10 s is closed with 4008', async () => {
    const { connect, clock } = createTestNode({ authenticate: () => new Promise(() => undefined) })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1 })
    await clock.run(10_000)
    expect(socket.closed?.code).toBe(4008)
  })
})

describe('the heartbeat of the hub', () => {
  test('sends a protocol ping and the tops each 25 s, and takes any input within 10 s as an answer', async () => {
    const { openSession, clock, node } = createTestNode()
    const { socket } = await openSession({ sub: ['a', 'b'] })
    await node.publish('a', 1)
    for (let round = 1; round <= 4; round++) {
      await clock.run(25_000)
      expect(socket.pings).toBe(round)
      expect(socket.framesOf('ping')).toHaveLength(round)
      expect(socket.framesOf('ping').at(-1)).toEqual({ t: 'ping', top: { a: 1, b: 0 } })
      if (round % 2) socket.clientSends({ t: 'pong' })
      else socket.pong()
    }
    expect(socket.terminated).toBe(false)
  })

  test('terminates a link without input for 10 s after a ping, and keeps the session', async () => {
    const { openSession, clock, node } = createTestNode()
    const { socket, welcome } = await openSession()
    await clock.run(24_000)
    socket.pong()
    await clock.run(10_999)
    expect(socket.terminated).toBe(false)
    await clock.run(1)
    expect(socket.terminated).toBe(true)
    expect(node.stats()).toMatchObject({ dead: 1, connections: 0 })
    const { sid, key } = welcome
    expect((await openSession({ sid, key })).welcome['resumed']).toBe(true)
  })

  test('sends plain clients only the protocol ping', async () => {
    const { connect, clock } = createTestNode()
    const socket = connect(undefined, '')
    await clock.run(25_000)
    expect(socket.pings).toBe(1)
    expect(socket.texts).toEqual([])
    await clock.run(10_000)
    expect(socket.terminated).toBe(true)
  })

  test('a client that does not answer the close frame is terminated', async () => {
    const { openSession, clock } = createTestNode()
    const { socket } = await openSession()
    socket.clientSends('bad')
    expect(socket.closed?.code).toBe(4500)
    await clock.run(10_000)
    expect(socket.terminated).toBe(true)
  })
})

describe('the rate limit (4005)', () => {
  test('closes a client that sends more than 400 frames at once, with a hint, and ignores its later frames', async () => {
    const { openSession, node } = createTestNode()
    let received = 0
    node.on('message', () => void received++)
    const { socket } = await openSession()
    for (let n = 0; n < 1000; n++) socket.clientSends({ t: 'ping', id: n })
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[2000,4000]}' })
    expect(socket.framesOf('pong')).toHaveLength(399)
    expect(socket.framesOf('bye')).toEqual([{ t: 'bye', code: 4005, why: 'rate limited', in: [2000, 4000] }])
    socket.clientSends({ t: 'emit', d: 1 })
    await settle()
    expect(received).toBe(0)
    expect(node.stats().floods).toBe(1)
  })

  test('accepts 200 frames per second without end', async () => {
    const { openSession, clock } = createTestNode()
    const { socket } = await openSession()
    for (let n = 0; n < 6000; n++) {
      socket.clientSends({ t: 'ping', id: n })
      await clock.run(5)
    }
    expect(socket.closed).toBeUndefined()
  })

  test('closes a client that sends more than 1 MiB at once', async () => {
    const { openSession } = createTestNode()
    const { socket } = await openSession()
    const d = 'x'.repeat(60_000)
    for (let n = 0; n < 17; n++) socket.clientSends({ t: 'emit', d })
    expect(socket.closed).toBeUndefined()
    socket.clientSends({ t: 'emit', d })
    expect(socket.closed?.code).toBe(4005)
  })

  test('counts protocol pings', async () => {
    const { openSession } = createTestNode()
    const { socket } = await openSession()
    for (let n = 0; n < 400; n++) socket.ping('x')
    expect(socket.closed?.code).toBe(4005)
  })

  test('closes a client with more than 256 messages waiting for a listener, with a session or plain', async () => {
    const { openSession, connect, node, clock } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    const plain = connect(undefined, '')
    for (let n = 1; n <= 257; n++) {
      socket.clientSends({ t: 'send', seq: n, d: n })
      plain.clientSends('1')
      socket.pong()
      plain.pong()
      await clock.run(10)
    }
    expect([socket.closed, plain.closed]).toEqual([undefined, undefined])
    socket.clientSends({ t: 'send', seq: 258, d: 258 })
    plain.clientSends('1')
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[1000,5000]}' })
    expect(plain.closed?.code).toBe(4005)
  })
})

describe('the limit of the send buffer (4001)', () => {
  test('closes a client with more than 1 MiB waiting, sends it nothing more, and lets it resume', async () => {
    const { openSession, node } = createTestNode()
    const first = await openSession({ sub: ['a'] })
    const drops: unknown[] = []
    node.on('drop', (_, details) => drops.push(details))
    first.socket.bufferedAmount = 1024 * 1024
    await node.publish('a', 1)
    expect(first.socket.closed).toBeUndefined()
    first.socket.bufferedAmount++
    await node.publish('a', 2)
    await node.publish('a', 3)
    expect(first.socket.closed).toEqual({ code: 4001, reason: 'too slow' })
    expect(first.socket.framesOf('msg')).toHaveLength(1)
    expect(drops).toEqual([{ code: 4001, reason: 'too slow' }])
    const { sid, key, streams } = first.welcome
    const second = await openSession({ sid, key, pos: { a: [streams.a[0], 1] } })
    expect(second.socket.framesOf('msg').map(({ d }) => d as number)).toEqual([2, 3])
    expect(node.stats().slow).toBe(1)
  })

  test('does not count a long replay, only the frames after it', async () => {
    const { openSession, connect, node } = createTestNode()
    const { socket, welcome } = await openSession({ sub: ['a', 'b'] })
    socket.end()
    const d = 'x'.repeat(100_000)
    for (let n = 0; n < 10; n++) for (const stream of ['a', 'b']) await node.publish(stream, d)
    const { sid, key, streams } = welcome
    const late = { socket: connect() }
    late.socket.stuck = true
    late.socket.clientSends({ t: 'hello', v: 1, sid, key, pos: { a: [streams.a[0], 0], b: [streams.b[0], 0] } })
    await settle()
    expect(late.socket.framesOf('msg')).toHaveLength(20)
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

describe('the expiry of a token (4006)', () => {
  const clockOf = createTestNode
  test('refuses an expired token at hello, and closes the link when a token expires', async () => {
    const { openSession, connect, clock } = clockOf({
      authenticate: ({ token }) => ({ id: 'ann', expiresAt: Number(token) }),
    })
    await clock.run(1000)
    const late = connect()
    late.clientSends({ t: 'hello', v: 1, token: '1000' })
    await settle()
    expect(late.closed).toEqual({ code: 4006, reason: 'token expired' })
    const { socket, welcome } = await openSession({ token: '5000' })
    await clock.run(3999)
    expect(socket.closed).toBeUndefined()
    await clock.run(1)
    expect(socket.closed?.code).toBe(4006)
    expect(socket.framesOf('bye')).toEqual([{ t: 'bye', code: 4006, why: 'token expired' }])
    const { sid, key } = welcome
    expect((await openSession({ token: '9000', sid, key })).welcome['resumed']).toBe(true)
  })

  test('extends the link by auth with a fresh token, and closes it with 4501 for another user or an invalid token', async () => {
    const { openSession, clock, node } = clockOf({
      authenticate: ({ token = '' }) => {
        const [id = '', expiresAt = 0, info] = token.split(' ')
        return id && { id, expiresAt: Number(expiresAt), info }
      },
    } as never)
    let shown: unknown
    node.on('message', (_, { user }) => {
      shown = user.info
    })
    const { socket } = await openSession({ token: 'ann 5000 old' })
    socket.clientSends({ t: 'auth', token: 'ann 20000 new' })
    await clock.run(10_000)
    expect(socket.closed).toBeUndefined()
    socket.clientSends({ t: 'emit', d: 1 })
    await settle()
    expect(shown).toBe('new')
    socket.clientSends({ t: 'auth', token: 'bob 90000' })
    await settle()
    expect(socket.closed).toEqual({ code: 4501, reason: 'another user' })
    const other = await openSession({ token: 'ann 20000' })
    other.socket.clientSends({ t: 'auth', token: '' })
    await settle()
    expect(other.socket.closed?.code).toBe(4501)
  })
})

test('authorize is called for at most 128 streams of one hello', async () => {
  let asked = 0
  const { openSession } = createTestNode({ authorize: () => ++asked < 0 })
  await openSession({ sub: Array.from({ length: 1000 }, (_, index) => `s${index}`) })
  expect(asked).toBe(128)
})

test('a connection can join 128 streams, and further ones are denied', async () => {
  const { openSession, node } = createTestNode()
  const names = Array.from({ length: 130 }, (_, index) => `s${index}`)
  const { socket, welcome } = await openSession({ sub: names })
  const states = Object.values(welcome['streams'] as Record<string, unknown[]>).map(([, , state, why]) => why ?? state)
  expect(states.filter((state) => state === 'fresh')).toHaveLength(128)
  expect(states.filter((state) => state === 'denied')).toHaveLength(2)
  socket.clientSends({ t: 'unsub', stream: 's0' })
  socket.clientSends({ t: 'sub', stream: 's128' })
  socket.clientSends({ t: 'sub', stream: 's129' })
  await settle()
  expect(socket.framesOf('sub').map(({ at }) => (at as unknown[]).at(-1))).toEqual(['fresh', 'denied'])
  expect(node.stats().streams).toBe(128)
})
