import { describe, expect, test, vi } from 'vitest'
import { createWebSocket, json, raw } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors } from '../support/createTestClient.ts'
import { PROTOCOL, hub, welcomeFrame } from './support/hub.ts'

describe('opening', () => {
  test('offers the protocol behind those of the user', () => {
    const { start, server } = hub()
    start()
    expect(server.last.protocols).toEqual([PROTOCOL])
    start({}, { protocols: 'chat' })
    expect(server.last.protocols).toEqual(['chat', PROTOCOL])
    start({}, { protocols: () => ['a', 'b'] })
    expect(server.last.protocols).toEqual(['a', 'b', PROTOCOL])
  })

  test('is announced after welcome, and what is queued goes after it (S3)', () => {
    const { start, server, say, heard: frames } = hub()
    const client = start()
    const told: string[] = []
    client.on('open', ({ protocol }) => void told.push(`${protocol} after ${frames().length}`))
    client.send('first')
    server.last.accept(PROTOCOL)
    expect(client.get().status).toBe('connecting')
    expect(client.sessionId).toBeUndefined()
    expect(frames()).toEqual([{ t: 'hello', v: 1, pos: {}, sub: [] }])
    say(welcomeFrame())
    expect(client.get()).toMatchObject({ status: 'open', queued: 0 })
    expect(client.sessionId).toBe('s1')
    expect(frames().slice(1)).toEqual([{ t: 'emit', d: 'first' }])
    expect(told).toEqual([`${PROTOCOL} after 2`])
  })

  test('counts the wait for welcome into connectTimeout', () => {
    const { start, server, clock, back } = hub()
    const client = start({}, { connectTimeout: 5000 })
    const errors = recordEvents(client, 'error')
    server.last.accept(PROTOCOL)
    clock.advance(5000)
    expect(client.get().status).toBe('reconnecting')
    expect(errors).toMatchObject([{ code: 'ConnectTimeoutError' }])
    back(client, { resumed: false })
    expect(client.get().status).toBe('open')
  })

  test('works with a socket that is open from the start', () => {
    const { start, server, say } = hub()
    const WebSocket = function (url: string, protocols: string[]) {
      const socket = new server.WebSocket(url, protocols)
      server.last.accept(PROTOCOL)
      return socket
    }
    const client = start({}, { WebSocket: WebSocket as never })
    expect(client.get().status).toBe('connecting')
    say(welcomeFrame())
    expect(client.get().status).toBe('open')
  })

  test('keeps the binary type and gives the platform’s socket', () => {
    const { meet, server } = hub()
    const client = meet({}, { binaryType: 'arraybuffer' })
    expect(client.socket).toBe(server.last.socket)
    expect(server.last.socket.binaryType).toBe('arraybuffer')
  })
})

test('a platform without a WebSocket is told by name', () => {
  vi.stubGlobal('WebSocket', undefined)
  const { start } = hub()
  const client = start({}, { WebSocket: undefined as never })
  vi.unstubAllGlobals()
  expect(client.get().error).toMatchObject({
    code: 'DialError',
    cause: { message: expect.stringMatching(/^WebSocket: expected a constructor/) },
  })
})

describe('coming back', () => {
  test('shows the session, its key and the positions, and is told that all is as it was', () => {
    const { meet, server, say, back, heard: frames } = hub()
    const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 4, 'fresh'] } })
    const resumed = vi.fn<(value: unknown) => void>()
    client.on('resumed', resumed)
    say({ t: 'msg', s: 'room', off: 5, d: 'x' })
    client.join('lobby')
    server.last.drop()
    expect(client.get().status).toBe('reconnecting')
    back(client, { streams: { room: ['e', 5, 'resumed'], lobby: ['l', 0, 'fresh'] } })
    expect(frames()[0]).toEqual({
      t: 'hello',
      v: 1,
      sid: 's1',
      key: 'k1',
      pos: { room: ['e', 5] },
      sub: ['lobby'],
      req: [],
    })
    expect(resumed.mock.calls).toEqual([[{ sessionId: 's1' }]])
  })

  test('takes another session for another, though it be called resumed', () => {
    const { meet, server, back } = hub()
    const client = meet()
    const resumed = vi.fn<(value: unknown) => void>()
    client.on('resumed', resumed)
    client.deliver('a').catch(() => {})
    server.last.drop()
    back(client, { sid: 's2', cseq: 1 })
    expect(client.sessionId).toBe('s2')
    expect(resumed).not.toHaveBeenCalled()
  })

  test('from the page’s rest, by hand, or after our own giving up, leaves the session to be resumed: not 1000', () => {
    const { meet, page, server, greet, say, clock } = hub()
    const client = meet()
    page.emit('hide')
    expect(server.connections[0]!.closed).toMatchObject({ code: 4004 })
    page.emit('wake')
    greet({ resumed: true })
    clock.advance(6000)
    client.reconnect()
    expect(server.connections[1]!.closed).toMatchObject({ code: 4004 })
    server.last.accept(PROTOCOL)
    expect(server.last.received[0]).toContain('"key":"k1"')
    say(welcomeFrame({ resumed: true }))
    expect(client.get().status).toBe('open')
  })

  test('by the server’s hint in bye, where the link then breaks off', () => {
    const { meet, server, say } = hub()
    const client = meet()
    const retries = recordEvents(client, 'retry')
    say({ t: 'bye', code: 1012, why: 'drain', in: [4000, 6000] })
    server.last.drop()
    expect(retries).toMatchObject([{ delay: 5000 }])
  })

  test('from a final code it does not', () => {
    const { meet, server } = hub()
    const client = meet()
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 4509, cause: 'server', final: true } })
  })

  test('replaced by a link of its own that was given up before the welcome it asked for, once for each (S2)', () => {
    const { meet, server, greet, advanceToRetry, clock } = hub()
    const client = meet()
    clock.advance(6000)
    client.reconnect()
    server.last.accept(PROTOCOL) // says hello, and hears nothing
    clock.advance(6000)
    client.reconnect()
    greet({ resumed: true })
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4509, final: false } })
    advanceToRetry(client as never)
    greet({ resumed: true })
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 4509, final: true } })
  })
})

describe('a link that was given up (S4)', () => {
  test('is not listened to', () => {
    const { meet, server, clock, greet } = hub()
    const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    const messages = recordEvents(client, 'message')
    const [old] = server.connections
    const { onmessage } = old!.socket
    clock.advance(6000)
    client.reconnect()
    expect(onmessage).not.toBeNull()
    old!.send(JSON.stringify({ t: 'msg', s: 'room', off: 1, d: 'late' }))
    expect(old!.socket.onmessage).toBeNull()
    greet({ resumed: true, streams: { room: ['e', 1, 'resumed'] } })
    expect(messages).toEqual([])
    server.last.send(JSON.stringify({ t: 'msg', s: 'room', off: 1, d: 'replayed', re: 1 }))
    expect(messages).toEqual(['replayed'])
  })

  test('moves no position while the user’s close waits for the server’s', () => {
    const { meet, server, say, greet, heard: frames } = hub()
    const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    client.close()
    say({ t: 'msg', s: 'room', off: 1, d: 'late' })
    server.last.finish()
    client.open()
    greet({ streams: { room: ['e', 1, 'resumed'] } })
    expect(frames()[0]).toMatchObject({ pos: { room: ['e', 0] } })
  })
})

describe('messages', () => {
  test('of a JSON codec travel as values, through the schemas', () => {
    const { start, greet, say, of } = hub()
    const stamp = (word: string) => ({ '~standard': { validate: (value: unknown) => ({ value: { [word]: value } }) } })
    const client = start({}, { codec: json({ incoming: stamp('in'), outgoing: stamp('out') }) as never })
    const messages = recordEvents(client, 'message')
    greet()
    client.send('x')
    expect(of('emit')).toEqual([{ t: 'emit', d: { out: 'x' } }])
    say({ t: 'emit', d: [1] })
    expect(messages).toEqual([{ in: [1] }])
  })

  test('without a codec are text, whatever the server has made of them', () => {
    const made = hub()
    const client = made.connect({ codec: raw(), session: session() })
    const messages = recordEvents(client, 'message')
    made.greet()
    client.send('a "b"')
    expect(made.of('emit')).toEqual([{ t: 'emit', d: 'a "b"' }])
    made.say({ t: 'emit', d: 'text' })
    made.say({ t: 'emit', d: { a: 1 } })
    expect(messages).toEqual(['text', '{"a":1}'])
  })

  test('that do not decode are reported and skipped, and the connection stays', () => {
    const { start, greet, say } = hub()
    const incoming = {
      '~standard': { validate: (value: unknown) => (value === 1 ? { issues: [{ message: 'no' }] } : { value }) },
    }
    const client = start({ streams: ['room'] }, { codec: json({ incoming }) as never })
    const errors = recordEvents(client, 'error')
    const messages = recordEvents(client, 'message')
    greet({ streams: { room: ['e', 0, 'fresh'] } })
    say({ t: 'msg', s: 'room', off: 1, d: 1 })
    say({ t: 'msg', s: 'room', off: 2, d: 2 })
    expect(errors).toMatchObject([{ code: 'DecodeError' }])
    expect(messages).toEqual([2])
    expect(client.get().status).toBe('open')
  })

  test('are text: binary ones are refused with a clear word', async () => {
    const made = hub()
    const client = made.start({}, { codec: raw() as never })
    const refused = 'a session carries text, not binary'
    expect(() => client.send(new Uint8Array(1))).toThrow(refused)
    made.greet()
    expect(() => client.send(new Uint8Array(1))).toThrow(refused)
    await expect(client.deliver(new Uint8Array(1))).rejects.toMatchObject({
      code: 'EncodeError',
      message: expect.stringContaining(refused),
    })
  })

  test('longer than the server takes are dropped, or not delivered, and do not cost the link', async () => {
    const { meet, heard: frames } = hub()
    const client = meet({}, {}, { max: 50 })
    const drops = recordEvents(client, 'drop')
    expect(client.send('x'.repeat(60))).toBe('dropped')
    expect(drops).toMatchObject([{ reason: 'refused' }])
    await expect(client.deliver('é'.repeat(30))).rejects.toMatchObject({ code: 'NotSentError' })
    expect(client.send('é'.repeat(10))).toBe('sent')
    expect(frames()).toHaveLength(2)
  })

  test('that are no messages are not told', () => {
    const { meet, say } = hub()
    const client = meet()
    const messages = recordEvents(client, 'message')
    say({ t: 'ack', seq: 1 })
    say({ t: 'pong', id: 1 })
    say({ t: 'ping' })
    say({ t: 'news', d: 1 })
    expect(messages).toEqual([])
    expect(client.get().received).toBe(0)
  })
})

describe('frames that make no sense', () => {
  const nonsense = [
    '',
    'null',
    '[]',
    '7',
    '"x"',
    '{',
    '{"t":"constructor"}',
    '{"t":"__proto__"}',
    '{"t":{}}',
    '{"t":"welcome"}',
    '['.repeat(50_000),
    { t: 'msg' },
    { t: 'msg', s: 'room' },
    { t: 'msg', s: 'room', off: '1', d: 1 },
    { t: 'msg', s: 'room', off: 1 },
    { t: 'msg', s: 7, off: 1, d: 1 },
    { t: 'msg', s: 'room', off: 1.5, d: 1 },
    { t: 'msg', s: 'room', off: -1, d: 1 },
    { t: 'msg', s: 'room', off: 1e300, d: 1 },
    { t: 'emit' },
    { t: 'ack' },
    { t: 'ack', seq: '1' },
    { t: 'ack', seq: 1e9 },
    { t: 'ack', seq: null },
    { t: 'res' },
    { t: 'res', seq: 'x', d: 1 },
    { t: 'res', seq: 99, e: 5 },
    { t: 'sub' },
    { t: 'sub', s: 'room' },
    { t: 'sub', s: 'room', at: 5 },
    { t: 'sub', s: 'room', at: [] },
    { t: 'sub', s: {}, at: ['e', 1, 'fresh'] },
    { t: 'reset' },
    { t: 'reset', s: 'room', epoch: 5, off: 1 },
    { t: 'reset', s: 'room', epoch: 'f', off: -1 },
    { t: 'reset', s: 'none', epoch: 'f', off: 1 },
    { t: 'ping', top: 5 },
    { t: 'ping', top: { room: 'x', other: 9 } },
    { t: 'ping', top: null },
    { t: 'pong' },
    { t: 'pres' },
    { t: 'pres', s: 'room', all: 5 },
    { t: 'pres', s: 'room', in: {} },
    { t: 'bye' },
    { t: 'bye', in: 'soon' },
  ]

  test.each(nonsense.map((frame) => [typeof frame === 'string' ? frame.slice(0, 40) : JSON.stringify(frame), frame]))(
    '%s changes nothing',
    async (_, frame) => {
      const { meet, say } = hub()
      const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
      const told: string[] = []
      const done = client.deliver('a')
      client.onAny((type) => void told.push(type))
      say(frame)
      expect(told).toEqual([])
      say({ t: 'msg', s: 'room', off: 1, d: 'one' })
      say({ t: 'ack', seq: 1 })
      expect(client.get()).toMatchObject({ status: 'open', lastMessage: 'one', received: 1 })
      expect(await done).toEqual({ seq: 1 })
    },
  )

  test('what not even turns into text is told as an error, and nobody else is disturbed', async () => {
    const { meet, say } = hub()
    const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    const errors = recordEvents(client, 'error')
    const done = client.deliver('a')
    const odd = { toString: 0, valueOf: 0 }
    say({ t: 'res', seq: 1, e: { code: odd, message: odd } })
    say({ t: 'ping', top: { room: odd } })
    say({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: odd })
    expect(errors.map(({ name }) => name)).toEqual(['TypeError', 'TypeError'])
    say({ t: 'ack', seq: 1 })
    expect(await done).toEqual({ seq: 1 })
  })

  test('a welcome while the link is being closed is none', () => {
    const { meet, server } = hub()
    const client = meet()
    client.close()
    server.last.socket.onmessage?.({ data: JSON.stringify(welcomeFrame({ sid: 's2' })) } as MessageEvent)
    expect([client.get().status, client.sessionId]).toEqual(['closing', undefined])
    server.last.finish()
  })

  test('binary frames change nothing', () => {
    const { meet, server } = hub()
    const client = meet()
    server.last.send(new ArrayBuffer(3))
    expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  })

  test.each([{}, { sid: 5 }, { key: undefined }, { cseq: '1' }, { cseq: -1 }])(
    'a welcome without its members (%j) is none',
    (wrong) => {
      const { start, server, say } = hub()
      const client = start()
      server.last.accept(PROTOCOL)
      say(Object.keys(wrong).length ? welcomeFrame(wrong) : { t: 'welcome' })
      expect(client.get().status).toBe('connecting')
      say(welcomeFrame())
      expect(client.get().status).toBe('open')
    },
  )

  test.each([
    { hb: [0, 0] },
    { hb: 'x' },
    { hb: [null] },
    { max: -1 },
    { max: 'x' },
    { streams: 5 },
    { streams: null },
    { streams: { 'room': 1, '': [] } },
  ])('a welcome with odd members (%j) takes the usual ones', (odd) => {
    const { start, greet, clock, of } = hub()
    const client = start()
    greet(odd)
    expect(client.send('x')).toBe('sent')
    clock.advance(24_999)
    expect(of('ping')).toEqual([])
    clock.advance(1)
    expect(of('ping')).toHaveLength(1)
  })

  test('before welcome are ignored', () => {
    const { start, server, say } = hub()
    const client = start({ streams: ['room'] })
    const messages = recordEvents(client, 'message')
    server.last.accept(PROTOCOL)
    say({ t: 'msg', s: 'room', off: 1, d: 'x' })
    say({ t: 'emit', d: 'x' })
    say({ t: 'ack', seq: 1 })
    expect(messages).toEqual([])
  })
})

test('a client without a session has none of it', () => {
  const client = createWebSocket(null)
  expect(client).not.toHaveProperty('deliver')
  expect(() => client.on('resync' as never, () => {})).toThrow('event')
})

test('one session given to two clients is one for each', () => {
  const made = hub()
  const shared = session()
  const one = made.connect({ session: shared, codec: json() }) as unknown as { sessionId: string }
  made.greet({ sid: 'one' })
  const two = made.connect({ session: shared, codec: json() }) as unknown as { sessionId: string }
  made.greet({ sid: 'two' })
  expect([one.sessionId, two.sessionId]).toEqual(['one', 'two'])
})

test('callbacks in the options hear what the events of their names tell', () => {
  const names = ['resync', 'unconfirmed', 'resumed', 'stream', 'presence'] as const
  const told: string[] = []
  const own = Object.fromEntries(
    names.map((name) => [`on${name[0]!.toUpperCase()}${name.slice(1)}`, () => told.push(name)]),
  )
  const { meet, say, server, back } = hub()
  const client = meet({ streams: ['room'], ...own }, {}, { streams: { room: ['e', 0, 'fresh'] } })
  say({ t: 'msg', s: 'room', off: 1, d: 1 })
  say({ t: 'pres', s: 'room', all: [] })
  server.last.drop()
  back(client, { streams: { room: ['e', 1, 'resumed'] } })
  client.deliver(1).catch(() => {})
  server.last.drop()
  back(client, { resumed: false, streams: { room: ['f', 0, 'lost', 'epoch'] } })
  expect(told).toEqual(['stream', 'presence', 'resumed', 'unconfirmed', 'resync'])
})

test('a listener that throws is reported, and stops nothing', () => {
  const { meet, say } = hub()
  const client = meet({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
  client.on('stream', () => {
    throw new Error('mine')
  })
  say({ t: 'msg', s: 'room', off: 1, d: 1 })
  say({ t: 'msg', s: 'room', off: 2, d: 2 })
  expect(client.get().lastMessage).toBe(2)
  expect(consoleErrors.splice(0)).toHaveLength(2)
})

test.each([{ limit: -1 }, { bytes: Number.NaN }])('a wrong bound is told at the call: %j', (pending) => {
  expect(() => createWebSocket(null, { session: session({ pending }) })).toThrow('pending.')
})
