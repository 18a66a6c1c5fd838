/** The limits for one client: time, messages, bytes and memory. */

import { describe, expect, test, vi } from 'vitest'
import type { Connection } from '../src/context/hubEvents.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { deferred } from './support/deferred.ts'
import { scriptedSocket } from './support/scriptedSocket.ts'
import { createTestNode, request, settle } from './support/testNode.ts'

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

  test('a client whose authenticate does not settle within 10 s is closed with 1011, and is not counted as refused', async () => {
    const { connect, clock, node } = createTestNode({ authenticate: () => new Promise(() => undefined) })
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1 })
    await clock.run(10_000)
    expect(socket.closed?.code).toBe(1011)
    expect(node.stats().refused).toBe(0)
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

  test.each([
    ['before the first ping', 1000, 0],
    ['before the answer to a ping', 26_000, 1],
    ['between two pings', 36_000, 1],
  ])('pings no client that has ended %s, and does not count it as silent', async (_, ms, pings) => {
    const { connect, clock, node } = createTestNode()
    const socket = connect(undefined, '')
    await clock.run(Math.min(ms, 25_000))
    if (ms > 26_000) socket.pong()
    await clock.run(ms - Math.min(ms, 25_000))
    socket.end()
    await clock.run(120_000)
    expect([socket.pings, node.stats().dead]).toEqual([pings, 0])
  })

  test('a client that a ping closes, because it reads too slowly, gets no more and does not count as silent', async () => {
    const { openSession, clock, node } = createTestNode({ heartbeat: { interval: 25_000, timeout: 5000 } })
    const { socket } = await openSession()
    socket.bufferedAmount = 2 * 1024 * 1024
    await clock.run(25_000)
    expect(socket.closed?.code).toBe(4001)
    expect([...socket.framesOf('ping'), ...socket.framesOf('bye')]).toEqual([])
    await clock.run(60_000)
    expect(node.stats()).toMatchObject({ slow: 1, dead: 0 })
  })

  test('takes a message as an answer', async () => {
    const { openSession, clock } = createTestNode()
    const { socket } = await openSession()
    for (let round = 0; round < 4; round++) {
      await clock.run(25_000)
      socket.clientSends({ t: 'emit', d: 1 })
    }
    expect(socket.terminated).toBe(false)
  })

  test('sends the top of a single stream', async () => {
    const { openSession, clock } = createTestNode()
    const { socket } = await openSession({ sub: ['a'] })
    await clock.run(25_000)
    expect(socket.framesOf('ping')).toEqual([{ t: 'ping', top: { a: 0 } }])
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

  test('takes received bytes as an answer, because a long message delays the pong', async () => {
    const { clock, node } = createTestNode()
    const socket = scriptedSocket('')
    const stream = { bytesRead: 0, writableCorked: 0, cork: () => {}, uncork: () => {}, write: () => {} }
    node.accept(socket, request, undefined, stream)
    for (let round = 0; round < 3; round++) {
      await clock.run(26_000)
      stream.bytesRead += 1000
    }
    expect(socket.terminated).toBe(false)
    await clock.run(60_000)
    expect(socket.terminated).toBe(true)
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

test.each([0, -1, Number.NaN, '5', null])('the limit %j is refused', (rate) => {
  expect(() => createTestNode({ limits: { rate: rate as number } })).toThrow('limits.rate: expected a number above 0')
})

test.each([0, Infinity, Number.NaN])('an interval of the heartbeat of %d ms is refused', (interval) => {
  expect(() => createTestNode({ heartbeat: { interval } })).toThrow('heartbeat.interval: expected ms above 0')
})

describe('pings and pongs', () => {
  test('more than 1000 at once close the connection with 4005 and a hint, and later frames are ignored', async () => {
    const { openSession, node } = createTestNode()
    let received = 0
    node.on('message', () => void received++)
    const { socket } = await openSession()
    for (let n = 0; n < 2000; n++) socket.clientSends({ t: 'ping', id: n })
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[2000,4000]}' })
    expect(socket.framesOf('pong')).toHaveLength(1000)
    expect(socket.framesOf('bye')).toEqual([{ t: 'bye', code: 4005, why: 'rate limited', in: [2000, 4000] }])
    socket.clientSends({ t: 'emit', d: 1 })
    await settle()
    expect(received).toBe(0)
    expect(node.stats().floods).toBe(1)
  })

  test('500 per second are accepted without end', async () => {
    const { openSession, clock } = createTestNode()
    const { socket } = await openSession()
    for (let n = 0; n < 6000; n++) {
      socket.clientSends({ t: 'ping', id: n })
      await clock.run(2)
    }
    expect(socket.closed).toBeUndefined()
  })

  test.each(['ping', 'pong'] as const)('more than 1000 protocol %ss at once close the connection', async (kind) => {
    const { openSession } = createTestNode()
    const { socket } = await openSession()
    for (let n = 0; n < 999; n++) socket[kind]('x')
    expect(socket.closed).toBeUndefined()
    socket[kind]('x')
    expect(socket.closed?.code).toBe(4005)
  })

  test('a ping is answered at once while a listener is busy, in each usual form', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    for (let n = 0; n < 3; n++) socket.clientSends({ t: 'emit', d: n })
    for (const text of ['{"t":"ping"}', '{ "t": "ping", "id": 7 }', '{"t":"ping","id":"a b"}']) socket.clientSends(text)
    expect(socket.framesOf('pong')).toEqual([{ t: 'pong' }, { t: 'pong', id: 7 }, { t: 'pong', id: 'a b' }])
  })

  test('a ping with its members in another order is answered in its turn', async () => {
    const { openSession } = createTestNode()
    const { socket } = await openSession()
    socket.clientSends('{"id":1,"t":"ping"}')
    await settle()
    expect(socket.framesOf('pong')).toEqual([{ t: 'pong', id: 1 }])
  })
})

describe('the rate limit', () => {
  test('handles 1000 messages at once, then 500 per second in order, and the connection stays open', async () => {
    const { openSession, node, clock } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    for (let n = 0; n < 3000; n++) socket.clientSends({ t: 'emit', d: n })
    await vi.waitFor(() => expect(received).toHaveLength(1000), { interval: 1, timeout: 30_000 })
    expect(socket.paused).toBe(true)
    await clock.run(1000)
    expect(received.length).toBeGreaterThanOrEqual(1499)
    expect(received.length).toBeLessThanOrEqual(1501)
    await clock.run(3100)
    expect(received).toEqual(Array.from({ length: 3000 }, (_, n) => n))
    expect([socket.closed, socket.paused]).toEqual([undefined, false])
  })

  test('handles 8 MiB at once, then 1 MiB per second', async () => {
    const { openSession, node, clock } = createTestNode()
    let received = 0
    node.on('message', () => void received++)
    const { socket } = await openSession()
    const d = 'x'.repeat(1024 * 1024 - 100)
    for (let n = 0; n < 12; n++) socket.clientSends({ t: 'emit', d })
    await vi.waitFor(() => expect(received).toBeGreaterThanOrEqual(8), 30_000)
    expect(received).toBeLessThanOrEqual(9)
    await clock.run(3100)
    await settle()
    expect(received).toBe(12)
    expect(socket.closed).toBeUndefined()
  })

  test('120 messages per second are handled without delay for a minute', async () => {
    const { openSession, connect, node, clock } = createTestNode()
    let received = 0
    node.on('message', () => void received++)
    const { socket } = await openSession()
    const plain = connect(undefined, '')
    for (let n = 1; n <= 7200; n++) {
      socket.clientSends({ t: 'emit', d: { x: n, y: n, pressure: 0.5, color: '#336699' }, ch: 'pointer' })
      plain.clientSends({ x: n, y: n, pressure: 0.5, color: '#336699' })
      if (n % 600 === 0) for (const each of [socket, plain]) each.pong()
      await clock.run(1000 / 120)
      expect([received, socket.paused, plain.paused]).toEqual([2 * n, false, false])
    }
    expect([socket.closed, plain.closed]).toEqual([undefined, undefined])
  })

  test('received messages are handled without delay after the connection has ended', async () => {
    const { openSession, node } = createTestNode({ limits: { rate: 1, burst: 1 } })
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    for (let n = 0; n < 5; n++) socket.clientSends({ t: 'emit', d: n })
    await settle()
    expect(received).toEqual([0])
    socket.end(1006)
    await settle()
    expect(received).toEqual([0, 1, 2, 3, 4])
  })
})

describe('the backlog', () => {
  test('stops reading while 256 messages wait for a listener, with a session or plain, and loses none', async () => {
    const { openSession, connect, node, clock } = createTestNode()
    const received: unknown[] = []
    const first = deferred()
    node.on('message', async (message) => {
      received.push(message)
      if (received.length <= 2) await first.promise
    })
    const { socket } = await openSession()
    const plain = connect(undefined, '')
    for (let n = 1; n <= 300; n++) {
      socket.clientSends({ t: 'send', seq: n, d: n })
      plain.clientSends(`${n}`)
      if (n === 256) expect([socket.paused, plain.paused]).toEqual([false, false])
    }
    expect([socket.paused, plain.paused]).toEqual([true, true])
    expect(received).toEqual([1, 1])
    first.resolve()
    await vi.waitFor(() => expect(received).toHaveLength(600), { interval: 1, timeout: 30_000 })
    expect([socket.paused, plain.paused]).toEqual([false, false])
    expect(socket.framesOf('ack').at(-1)).toEqual({ t: 'ack', seq: 300 })
    await clock.run(0)
    expect([socket.closed, plain.closed]).toEqual([undefined, undefined])
  })

  test('stops reading while 1 MiB waits', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    const d = 'x'.repeat(100_000)
    for (let n = 0; n < 10; n++) socket.clientSends({ t: 'emit', d })
    expect(socket.paused).toBe(false)
    socket.clientSends({ t: 'emit', d })
    expect(socket.paused).toBe(true)
  })

  test('counts text that is not ASCII with two bytes per character, as V8 stores it', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    const d = `€${'x'.repeat(100_000)}`
    for (let n = 0; n < 5; n++) socket.clientSends({ t: 'emit', d })
    expect(socket.paused).toBe(false)
    socket.clientSends({ t: 'emit', d })
    expect(socket.paused).toBe(true)
  })

  test('reads one more message each 5 s, so that pings are answered and the client does not count as dead', async () => {
    const { openSession, node, clock } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    for (let n = 0; n < 300; n++) socket.clientSends({ t: 'emit', d: n })
    socket.clientSends({ t: 'ping', id: 'late' })
    const pongs = (): unknown[] => socket.framesOf('pong')
    expect(pongs()).toEqual([])
    await clock.run(4999)
    expect([socket.paused, pongs()]).toEqual([true, []])
    await clock.run(1)
    expect([socket.paused, pongs()]).toEqual([true, [{ t: 'pong' }]])
    await clock.run(5 * 60_000)
    expect(pongs()).toContainEqual({ t: 'pong', id: 'late' })
    expect([socket.closed, socket.terminated, node.stats().dead]).toEqual([undefined, true, 1])
  })

  test('reads until exactly 256 messages wait, and again when half of the messages and of their bytes are handled', async () => {
    const { openSession, node } = createTestNode()
    const finishes: (() => void)[] = []
    node.on('message', () => new Promise<void>((resolve) => finishes.push(resolve)))
    const finish = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) {
        finishes.pop()!()
        await settle()
      }
    }
    const { socket } = await openSession()
    const send = (d: unknown): void => socket.clientSends({ t: 'emit', d })
    for (let n = 0; n <= 255; n++) send(n) // one is handled, and 255 wait
    await settle()
    expect(socket.paused).toBe(false)
    send(256)
    expect(socket.paused).toBe(true)
    await finish(128)
    expect(socket.paused).toBe(true)
    await finish(1)
    expect(socket.paused).toBe(false)
    await finish(128)
    for (let n = 0; n < 11; n++) send('x'.repeat(100_000))
    await settle()
    expect(socket.paused).toBe(true)
    await finish(5)
    expect(socket.paused).toBe(true)
    await finish(1)
    expect(socket.paused).toBe(false)
    await finish(5)
  })

  test('reads again within half of the timeout of the heartbeat', async () => {
    const { openSession, node, clock } = createTestNode({ heartbeat: { interval: 60_000, timeout: 2000 } })
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    for (let n = 0; n < 258; n++) socket.clientSends({ t: 'emit', d: n })
    await clock.run(999)
    expect(socket.framesOf('pong')).toEqual([])
    await clock.run(1)
    expect(socket.framesOf('pong')).toHaveLength(1)
  })

  test.each([
    ['waits for the rate limit', { burst: 1, rate: 1 }, 3],
    ['is not read', {}, 300],
  ])('leaves no timer of a client that %s when its connection ends', async (_, limits, count) => {
    const { connect, node, clock } = createTestNode({ limits })
    let finish = (): void => undefined
    node.on('message', () => (count === 3 ? undefined : new Promise<void>((resolve) => (finish = resolve))))
    const before = clock.pending
    const socket = connect(undefined, '')
    for (let n = 0; n < count; n++) socket.clientSends(String(n))
    await settle()
    socket.end()
    finish()
    await settle()
    expect(clock.pending).toBe(before)
  })

  test('closes a client with 4005 if its socket cannot pause', async () => {
    const { openSession, node } = createTestNode()
    node.on('message', () => new Promise(() => undefined))
    const { socket } = await openSession()
    delete socket.pause
    const d = 'x'.repeat(500_000)
    for (let n = 0; n < 8; n++) socket.clientSends({ t: 'emit', d })
    expect(socket.closed).toBeUndefined()
    socket.clientSends({ t: 'emit', d })
    expect(socket.closed).toEqual({ code: 4005, reason: '{"in":[1000,5000]}' })
    expect(node.stats().floods).toBe(1)
  })

  test('reads the socket again when the hub closes the connection, so that its end is noticed', async () => {
    const { openSession, node } = createTestNode()
    let connection: Connection | undefined
    node.on('message', () => new Promise(() => undefined))
    node.on('connection', (opened) => {
      connection = opened
    })
    const { socket } = await openSession()
    for (let n = 0; n < 300; n++) socket.clientSends({ t: 'emit', d: n })
    expect(socket.paused).toBe(true)
    connection?.close()
    expect(socket.paused).toBe(false)
  })
})

test('a bad frame closes the connection in its turn, and later frames are not handled', async () => {
  const { openSession, connect, node } = createTestNode()
  const received: unknown[] = []
  const first = deferred()
  node.on('message', async (message) => {
    received.push(message)
    await first.promise
  })
  const { socket } = await openSession()
  const plain = connect(undefined, '')
  for (const [each, frames] of [
    [socket, [{ t: 'emit', d: 1 }, { t: 'send' }, { t: 'emit', d: 2 }]],
    [plain, [1, '{', 2]],
  ] as const) {
    for (const frame of frames) each.clientSends(frame)
  }
  await settle()
  expect([socket.closed, plain.closed]).toEqual([undefined, undefined])
  first.resolve()
  await settle()
  expect([socket.closed?.code, plain.closed?.code]).toEqual([4500, 4500])
  expect(received).toEqual([1, 1])
})

test('auth frames are handled one at a time, after earlier messages', async () => {
  let running = 0
  let most = 0
  const { openSession, node } = createTestNode({
    authenticate: async ({ token = '' }) => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      return { id: 'ann', info: token }
    },
  })
  let info: unknown
  node.on('message', (_, { user }) => {
    info = user.info
  })
  const { socket } = await openSession({ token: '0' })
  for (let n = 1; n <= 50; n++) socket.clientSends({ t: 'auth', token: `${n}` })
  socket.clientSends({ t: 'emit', d: 1 })
  await vi.waitFor(() => expect(info).toBe('50'), { interval: 1, timeout: 30_000 })
  expect(most).toBe(1)
})

describe('the memory of a frame', () => {
  const repeat = (count: number, item: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => item(index)).join(',')

  test.each([
    ['empty arrays', `[${repeat(50_000, () => '[]')}]`],
    ['nested arrays', `[${repeat(2000, () => `${'['.repeat(20)}${']'.repeat(20)}`)}]`],
    ['pairs of numbers', `[${repeat(30_000, () => '[1,2]')}]`],
    ['members of one object', `{${repeat(60_000, (index) => `"${index.toString(36)}":0`)}}`],
    ['objects with different members', `[${repeat(10_000, (index) => `{"${index.toString(36)}":0}`)}]`],
    ['fractions beside other values', `[[],${repeat(150_000, () => '1.5')}]`],
  ])('a frame of %s that needs more than 1 MiB besides four times its text is a bad frame', async (_, d) => {
    const { openSession, connect } = createTestNode()
    const { socket } = await openSession()
    const plain = connect(undefined, '')
    socket.clientSends(`{"t":"emit","d":${d}}`)
    plain.clientSends(d)
    await settle()
    for (const each of [socket, plain]) expect(each.closed).toEqual({ code: 4500, reason: 'needs too much memory' })
  })

  test.each([
    ['a drawing of 10 000 pairs', `[${repeat(10_000, () => '[1,2]')}]`],
    ['20 000 points', `[${repeat(20_000, (index) => `{"x":${index},"y":7,"pressure":0.53}`)}]`],
    ['100 000 samples', `[${repeat(100_000, () => '0.25')}]`],
    ['a table of 10 000 rows', `{${repeat(10_000, (index) => `"id${index}":{"name":"n","count":${index}}`)}}`],
    ['a text of 1 MB', JSON.stringify('x'.repeat(1_000_000))],
  ])('%s is accepted', async (_, d) => {
    const { openSession, node } = createTestNode()
    const received: unknown[] = []
    node.on('message', (message) => void received.push(message))
    const { socket } = await openSession()
    socket.clientSends(`{"t":"emit","d":${d}}`)
    await settle()
    expect(received).toEqual([JSON.parse(d)])
    expect(socket.closed).toBeUndefined()
  })
})

test('a hello with more than 4096 streams or requests is a bad frame', async () => {
  const { connect } = createTestNode()
  for (const hello of [
    { sub: Array.from({ length: 4097 }, (_, n) => `s${n}`) },
    { req: Array.from({ length: 4097 }, () => 1) },
    { pos: Object.fromEntries(Array.from({ length: 4097 }, (_, n) => [`s${n}`, ['e', 1]])) },
  ]) {
    const socket = connect()
    socket.clientSends({ t: 'hello', v: 1, ...hello })
    expect(socket.closed?.code).toBe(4500)
  }
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

  test('does not count live messages that a join has buffered, whatever their size', async () => {
    const store = memoryStore()
    const { read } = store
    const gate = deferred()
    store.read = async (...given) => {
      const history = await read(...given)
      await gate.promise
      return history
    }
    const { connect, node } = createTestNode({ store, limits: { sendBuffer: 1000 } })
    const socket = connect()
    socket.stuck = true
    socket.clientSends({ t: 'hello', v: 1, sub: ['a'] })
    await settle()
    for (let n = 0; n < 20; n++) await node.publish('a', 'x'.repeat(200))
    gate.resolve()
    await settle()
    expect([socket.closed, socket.framesOf('msg').length]).toEqual([undefined, 20])
  })

  test('closes a client that asks for another replay before it has received the last one', async () => {
    const { openSession, node } = createTestNode()
    const { socket, welcome } = await openSession({ sub: ['a'] })
    const pos = [welcome['streams'].a[0], 0]
    for (let n = 0; n < 12; n++) await node.publish('a', 'x'.repeat(80_000))
    const subscribe = async (): Promise<void> => {
      socket.clientSends({ t: 'sub', stream: 'a', pos })
      await settle()
    }
    await subscribe()
    socket.stuck = true
    for (let n = 0; n < 2; n++) await subscribe()
    const waiting = socket.bufferedAmount
    expect(waiting).toBeGreaterThan(1024 * 1024)
    await subscribe()
    expect(socket.closed).toEqual({ code: 4001, reason: 'too slow' })
    expect(socket.bufferedAmount).toBe(waiting)
  })
})

test('a client that has sent its close frame gets no more messages, because a close frame is the last frame', async () => {
  const { node } = createTestNode()
  const socket = Object.assign(scriptedSocket(''), { readyState: 1 })
  const written: string[] = []
  const write = (bytes: Buffer): void => void written.push(bytes.subarray(2).toString())
  const stream = { bytesRead: 0, writableCorked: 0, cork: () => {}, uncork: () => {}, write }
  node.accept(socket, request, undefined, stream)
  await node.broadcast(1)
  // `ws` has answered the close frame, and the socket is still open.
  socket.readyState = 2
  await node.broadcast(2)
  expect(written).toEqual(['1'])
  socket.end()
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
