import { describe, expect, test, vi } from 'vitest'
import { createWebSocket, json } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors } from '../support/createTestClient.ts'
import { PROTOCOL, createFakeHub, welcomeFrame } from './support/createFakeHub.ts'

describe('opening a session', () => {
  test('offers the protocol after those of the user', () => {
    const { connectSession, server } = createFakeHub()
    connectSession()
    expect(server.last.protocols).toEqual([PROTOCOL])
    connectSession({}, { protocols: 'chat' })
    expect(server.last.protocols).toEqual(['chat', PROTOCOL])
    connectSession({}, { protocols: () => ['a', 'b'] })
    expect(server.last.protocols).toEqual(['a', 'b', PROTOCOL])
  })

  test('sends the queued messages after welcome, then emits open (S3)', () => {
    const { connectSession, server, sendFrame, receivedFrames } = createFakeHub()
    const client = connectSession()
    const events: string[] = []
    client.on('open', ({ protocol }) => void events.push(`${protocol} after ${receivedFrames().length}`))
    client.send('first')
    server.last.accept(PROTOCOL)
    expect(client.get().status).toBe('connecting')
    expect(client.sessionId).toBeUndefined()
    expect(receivedFrames()).toEqual([{ t: 'hello', v: 1, pos: {}, sub: [] }])
    sendFrame(welcomeFrame())
    expect(client.get()).toMatchObject({ status: 'open', queued: 0 })
    expect(client.sessionId).toBe('s1')
    expect(receivedFrames().slice(1)).toEqual([{ t: 'emit', d: 'first' }])
    expect(events).toEqual([`${PROTOCOL} after 2`])
  })

  test('includes the wait for welcome in connectTimeout', () => {
    const { connectSession, server, clock, reconnectWelcomed } = createFakeHub()
    const client = connectSession({}, { connectTimeout: 5000 })
    const errors = recordEvents(client, 'error')
    server.last.accept(PROTOCOL)
    clock.advance(5000)
    expect(client.get().status).toBe('reconnecting')
    expect(errors).toMatchObject([{ code: 'ConnectTimeoutError' }])
    reconnectWelcomed(client, { resumed: false })
    expect(client.get().status).toBe('open')
  })

  test('sends hello on a socket that is open from the start', () => {
    const { connectSession, server, sendFrame } = createFakeHub()
    const WebSocket = function (url: string, protocols: string[]) {
      const socket = new server.WebSocket(url, protocols)
      server.last.accept(PROTOCOL)
      return socket
    }
    const client = connectSession({}, { WebSocket: WebSocket as never })
    expect(client.get().status).toBe('connecting')
    sendFrame(welcomeFrame())
    expect(client.get().status).toBe('open')
  })

  test('sets binaryType and exposes the socket of the platform', () => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed({}, { binaryType: 'arraybuffer' })
    expect(client.socket).toBe(server.last.socket)
    expect(server.last.socket.binaryType).toBe('arraybuffer')
  })
})

test('a client with a session throws for a platform without WebSocket', () => {
  vi.stubGlobal('WebSocket', undefined)
  const { connectSession } = createFakeHub()
  expect(() => connectSession({}, { WebSocket: undefined as never })).toThrow(/^WebSocket: expected a constructor/)
  vi.unstubAllGlobals()
})

test('a token function that rejects is a failed dial whose error contains the message', async () => {
  const { connectSession, clock } = createFakeHub()
  const client = connectSession({ token: () => Promise.reject(new Error('login expired')) })
  await clock.run(0)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'provider' },
    error: {
      code: 'DialError',
      message: 'the token function failed: login expired',
      cause: { message: 'login expired' },
    },
  })
  expect(consoleErrors.splice(0)).toEqual(['DialError: the token function failed: login expired'])
})

test('a token given in place of the token function is refused by an error that does not contain it', () => {
  const { connectSession } = createFakeHub()
  const call = (): unknown => connectSession({ token: 'SECRET' as never })
  expect(call).toThrow('token: expected a function, got "string"')
})

describe('reconnecting a session', () => {
  test('sends the session, its key and the positions, and emits resumed', () => {
    const { connectWelcomed, server, sendFrame, reconnectWelcomed, receivedFrames } = createFakeHub()
    const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 4, 'fresh'] } })
    const resumed = vi.fn<(value: unknown) => void>()
    client.on('resumed', resumed)
    sendFrame({ t: 'msg', s: 'room', off: 5, d: 'x' })
    client.join('lobby')
    server.last.drop()
    expect(client.get().status).toBe('reconnecting')
    reconnectWelcomed(client, { streams: { room: ['e', 5, 'resumed'], lobby: ['l', 0, 'fresh'] } })
    expect(receivedFrames()[0]).toEqual({
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

  test('treats another session id as a new session, even if welcome has resumed', () => {
    const { connectWelcomed, server, reconnectWelcomed } = createFakeHub()
    const client = connectWelcomed()
    const resumed = vi.fn<(value: unknown) => void>()
    client.on('resumed', resumed)
    client.deliver('a').catch(() => {})
    server.last.drop()
    reconnectWelcomed(client, { sid: 's2', cseq: 1 })
    expect(client.sessionId).toBe('s2')
    expect(resumed).not.toHaveBeenCalled()
  })

  test('closes with 4004 instead of 1000 when hidden or by reconnect(), so that the session can be resumed', () => {
    const { connectWelcomed, page, server, welcome, sendFrame, clock } = createFakeHub()
    const client = connectWelcomed()
    page.emit('hide')
    expect(server.connections[0]!.closed).toMatchObject({ code: 4004 })
    page.emit('wake')
    welcome({ resumed: true })
    clock.advance(6000)
    client.reconnect()
    expect(server.connections[1]!.closed).toMatchObject({ code: 4004 })
    server.last.accept(PROTOCOL)
    expect(server.last.received[0]).toContain('"key":"k1"')
    sendFrame(welcomeFrame({ resumed: true }))
    expect(client.get().status).toBe('open')
  })

  test('uses the retry range of the bye frame if the connection then breaks', () => {
    const { connectWelcomed, server, sendFrame } = createFakeHub()
    const client = connectWelcomed()
    const retries = recordEvents(client, 'retry')
    sendFrame({ t: 'bye', code: 1012, why: 'drain', in: [4000, 6000] })
    server.last.drop()
    expect(retries).toMatchObject([{ delay: 5000 }])
  })

  test('does not reconnect after a final close code', () => {
    const { connectWelcomed, server } = createFakeHub()
    const client = connectWelcomed()
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 4509, cause: 'server', final: true } })
  })

  test('continues after 4509 once for each connection that the client abandoned before welcome (S2)', () => {
    const { connectWelcomed, server, welcome, advanceToRetry, clock } = createFakeHub()
    const client = connectWelcomed()
    clock.advance(6000)
    client.reconnect()
    server.last.accept(PROTOCOL) // sends hello and gets no welcome
    clock.advance(6000)
    client.reconnect()
    welcome({ resumed: true })
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4509, final: false } })
    advanceToRetry(client as never)
    welcome({ resumed: true })
    server.last.close(4509, 'replaced')
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 4509, final: true } })
  })
})

describe('an abandoned connection (S4)', () => {
  test('an abandoned connection no longer delivers messages', () => {
    const { connectWelcomed, server, clock, welcome } = createFakeHub()
    const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    const messages = recordEvents(client, 'message')
    const [old] = server.connections
    const { onmessage } = old!.socket
    clock.advance(6000)
    client.reconnect()
    expect(onmessage).not.toBeNull()
    old!.send(JSON.stringify({ t: 'msg', s: 'room', off: 1, d: 'late' }))
    expect(old!.socket.onmessage).toBeNull()
    welcome({ resumed: true, streams: { room: ['e', 1, 'resumed'] } })
    expect(messages).toEqual([])
    server.last.send(JSON.stringify({ t: 'msg', s: 'room', off: 1, d: 'replayed', re: 1 }))
    expect(messages).toEqual(['replayed'])
  })

  test('a message after close() moves no position while the closing handshake is pending', () => {
    const { connectWelcomed, server, sendFrame, welcome, receivedFrames } = createFakeHub()
    const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
    client.close()
    sendFrame({ t: 'msg', s: 'room', off: 1, d: 'late' })
    server.last.finish()
    client.open()
    welcome({ streams: { room: ['e', 1, 'resumed'] } })
    expect(receivedFrames()[0]).toMatchObject({ pos: { room: ['e', 0] } })
  })
})

test('a client without a session has no deliver method and no session events', () => {
  const client = createWebSocket(null)
  expect(client).not.toHaveProperty('deliver')
  expect(() => client.on('resync' as never, () => {})).toThrow('event')
})

test('two clients with the same session() option have separate sessions', () => {
  const hub = createFakeHub()
  const shared = session()
  const one = hub.connect({ session: shared, codec: json() }) as unknown as { sessionId: string }
  hub.welcome({ sid: 'one' })
  const two = hub.connect({ session: shared, codec: json() }) as unknown as { sessionId: string }
  hub.welcome({ sid: 'two' })
  expect([one.sessionId, two.sessionId]).toEqual(['one', 'two'])
})

test('callbacks in the options are called for the session events of their names', () => {
  const names = ['resync', 'unconfirmed', 'resumed', 'stream', 'presence'] as const
  const events: string[] = []
  const own = Object.fromEntries(
    names.map((name) => [`on${name[0]!.toUpperCase()}${name.slice(1)}`, () => events.push(name)]),
  )
  const { connectWelcomed, sendFrame, server, reconnectWelcomed } = createFakeHub()
  const client = connectWelcomed({ streams: ['room'], ...own }, {}, { streams: { room: ['e', 0, 'fresh'] } })
  sendFrame({ t: 'msg', s: 'room', off: 1, d: 1 })
  sendFrame({ t: 'pres', s: 'room', all: [] })
  server.last.drop()
  reconnectWelcomed(client, { streams: { room: ['e', 1, 'resumed'] } })
  client.deliver(1).catch(() => {})
  server.last.drop()
  reconnectWelcomed(client, { resumed: false, streams: { room: ['f', 0, 'lost', 'epoch'] } })
  expect(events).toEqual(['stream', 'presence', 'resumed', 'unconfirmed', 'resync'])
})

test('an error thrown by a stream listener is reported, and later messages still arrive', () => {
  const { connectWelcomed, sendFrame } = createFakeHub()
  const client = connectWelcomed({ streams: ['room'] }, {}, { streams: { room: ['e', 0, 'fresh'] } })
  client.on('stream', () => {
    throw new Error('mine')
  })
  sendFrame({ t: 'msg', s: 'room', off: 1, d: 1 })
  sendFrame({ t: 'msg', s: 'room', off: 2, d: 2 })
  expect(client.get().lastMessage).toBe(2)
  expect(consoleErrors.splice(0)).toEqual([new Error('mine')])
})

test.each([{ limit: -1 }, { bytes: Number.NaN }])(
  'createWebSocket throws for an invalid option pending: %j',
  (pending) => {
    expect(() => createWebSocket(null, { session: session({ pending }) })).toThrow('pending.')
  },
)

test('the range of `bye` is not the reason of a connection that close() ends', () => {
  const { connectWelcomed, server, sendFrame } = createFakeHub()
  const client = connectWelcomed()
  sendFrame({ t: 'bye', in: [50_000, 50_000] })
  client.close()
  server.last.drop()
  expect(client.get().lastClose).toMatchObject({ reason: '', cause: 'user' })
})

test('the range of `bye` counts for the next attempt only', () => {
  const { connectWelcomed, server, sendFrame, reconnectWelcomed, clock } = createFakeHub()
  const client = connectWelcomed()
  sendFrame({ t: 'bye', in: [50_000, 50_000] })
  server.last.drop()
  expect(client.get().retryAt).toBe(clock.now() + 50_000)
  reconnectWelcomed(client)
  server.last.drop()
  expect(client.get().retryAt).toBeLessThan(clock.now() + 10_000)
})
