/** Messages in both directions, and every way for a connection to end, against real servers: `ws` on a free port. */

import { once } from 'node:events'
import { type AddressInfo, type Server, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer, type WebSocket as ServerSocket } from 'ws'
import {
  type Codec,
  type UrlSource,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
  json,
} from '../../src/index.ts'
import { createFakeClock } from '../../src/testing/index.ts'
import { startStallingProxy } from '../support/stallingProxy.ts'
import { type EchoServer, startEchoServer } from '../support/echoServer.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { until, untilStatus } from '../support/until.ts'

let echo: EchoServer
const clients: WebSocketClient<never, never>[] = []
/** Stops the other servers after the test. */
const ends: (() => Promise<unknown>)[] = []

const connect = <In = string, Out = string>(
  url: UrlSource,
  options: WebSocketOptions<In, Out> = {},
): WebSocketClient<In, Out> => {
  const client = createWebSocket<In, Out>(url, {
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    ...options,
  })
  clients.push(client as never)
  return client
}

/** Starts a server for one test, for behaviour that the echo server does not have. */
const serve = async (
  options: ConstructorParameters<typeof WebSocketServer>[0] = {},
): Promise<{ url: string; server: WebSocketServer }> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options })
  await once(server, 'listening')
  ends.push(async () => {
    for (const socket of server.clients) socket.terminate()
    await new Promise((closed) => server.close(closed))
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}
const accepted = async (server: WebSocketServer): Promise<ServerSocket> =>
  ((await once(server, 'connection')) as [ServerSocket])[0]

/** A TCP server that is no WebSocket server. */
const listen = async (act: Parameters<typeof createServer>[1]): Promise<string> => {
  const server: Server = createServer({}, act)
  const sockets = new Set<{ destroy(): void }>()
  server.on('connection', (socket) => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeEach(async () => {
  echo = await startEchoServer()
})

afterEach(async () => {
  for (const client of clients.splice(0)) {
    client.dispose()
    expect([client.get().status, client.socket]).toEqual(['closed', undefined])
  }
  for (const end of ends.splice(0)) await end()
  await echo.close()
})

describe('messages', () => {
  test('sent as text arrive unchanged and in order', async () => {
    const client = connect(echo.url)
    const messages = recordEvents(client, 'message')
    const texts = Array.from({ length: 2000 }, (_, n) => `${n} é🙂`)
    for (const text of texts.slice(0, 50)) client.send(text)
    await until(client, 'open')
    for (const text of texts.slice(50)) client.send(text)
    await until(client, 'message', (text) => text === texts.at(-1))
    expect(messages).toEqual(texts)
    expect(client.get()).toMatchObject({ received: 2000, lastMessage: texts.at(-1), queued: 0 })
  })

  test('sent as views, buffers and a megabyte of binary data arrive unchanged', async () => {
    const bytes: Codec<ArrayBuffer, ArrayBuffer | Uint8Array<ArrayBuffer>> = {
      encode: (out) => out,
      decode: (data) => data as ArrayBuffer,
    }
    const client = connect(echo.url, { binaryType: 'arraybuffer', codec: bytes })
    const messages = recordEvents(client, 'message')
    const large = Uint8Array.from({ length: 2 ** 20 - 100 }, (_, n) => n % 251)
    client.send(new Uint8Array([0, 1, 2, 255]).subarray(1))
    client.send(new Uint8Array([7]).buffer)
    client.send(new Uint8Array())
    client.send(large)
    await until(client, 'message', ({ byteLength }) => byteLength === large.byteLength)
    expect(messages.map((buffer) => [...new Uint8Array(buffer)].slice(0, 5))).toEqual([
      [1, 2, 255],
      [7],
      [],
      [0, 1, 2, 3, 4],
    ])
    expect(messages.every((buffer) => buffer instanceof ArrayBuffer)).toBe(true)
    expect(Buffer.compare(Buffer.from(messages[3]!), Buffer.from(large))).toBe(0)
  })

  test('sent through json() are encoded once and decoded once', async () => {
    const client = connect(echo.url, { codec: json<{ n: number }, { n: number }>() })
    client.send({ n: 5 })
    expect(await until(client, 'message')).toEqual({ n: 5 })
  })

  test('20 000 frames in a burst are all received, in order', async () => {
    const client = connect(`${echo.url}/burst?n=20000&size=50`)
    const messages = recordEvents(client, 'message')
    await until(client, 'message', (text) => text.startsWith('19999.'))
    expect(messages).toHaveLength(20_000)
    expect(messages.every((text, n) => text.startsWith(`${n}.`))).toBe(true)
  })

  test('are the only frames that the server receives', async () => {
    const { url, server } = await serve()
    const client = connect(url, { heartbeat: false })
    const socket = await accepted(server)
    const frames: string[] = []
    socket.on('message', (data) => frames.push(String(data)))
    await untilStatus(client, 'open')
    client.send('only this')
    client.close()
    await once(socket, 'close')
    expect(frames).toEqual(['only this'])
  })

  test('to a slow reader wait above the high water mark, and all arrive in order', async () => {
    const { url, server } = await serve()
    const client = connect(url, { highWaterMark: 2 ** 16, queue: { limit: 1000, bytes: 2 ** 30 } })
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    socket.pause()
    const frames: number[] = []
    socket.on('message', (data) => frames.push(Number(String(data).slice(0, 4))))
    const results = Array.from({ length: 300 }, (_, n) => client.send(`${n}`.padStart(4, '0').padEnd(2 ** 16, '.')))
    expect(new Set(results)).toEqual(new Set(['sent', 'queued']))
    expect(client.socket!.bufferedAmount).toBeLessThan(2 ** 22)
    socket.resume()
    while (frames.length < 300) await once(socket, 'message')
    expect(frames).toEqual(Array.from({ length: 300 }, (_, n) => n))
    expect(client.get().queued).toBe(0)
  })

  test('use the subprotocol that the server chose among all that were offered', async () => {
    const { url, server } = await serve({ handleProtocols: (offered) => [...offered].at(-1)! })
    const client = connect(url, { protocols: async () => ['chat', 'bearer.token'] })
    const opened = until(client, 'open')
    const socket = await accepted(server)
    expect(socket.protocol).toBe('bearer.token')
    expect(await opened).toEqual({ reconnected: false, attempt: 0, protocol: 'bearer.token' })
  })

  test('are read by the async iterator of messages()', async () => {
    const read: string[] = []
    for await (const text of connect(`${echo.url}/burst?n=100`).messages()) {
      read.push(text)
      if (read.length === 100) break
    }
    expect(read).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`))
  })
})

describe('the end of a connection', () => {
  test.each([
    [1000, 'done', true],
    [1001, '', false],
    [1008, 'policy', true],
    [1011, 'oops', false],
    [1012, 'restart', false],
    [1013, 'later', false],
    [3000, 'mine', false],
    [4001, 'grüße', false],
    [4999, 'final', true],
  ])('by the server with %d and %j is reported with this code and reason', async (code, reason, final) => {
    const client = connect(`${echo.url}/close?code=${code}&reason=${encodeURIComponent(reason)}`)
    const { status } = await until(client, 'close').then(() => client.get())
    expect(client.get().lastClose).toEqual({ code, reason, wasClean: true, cause: 'server', final })
    expect(status).toBe(final ? 'closed' : 'reconnecting')
  })

  test('by the server without a code is reported as 1005 and is not final', async () => {
    const { url, server } = await serve()
    const client = connect(url)
    ;(await accepted(server)).close()
    expect(await until(client, 'close')).toMatchObject({ code: 1005, reason: '', wasClean: true, final: false })
  })

  test('by a cut of the network is reported as 1006, not clean, with the cause network', async () => {
    expect(await until(connect(`${echo.url}/cut`), 'close')).toEqual({
      code: 1006,
      reason: '',
      wasClean: false,
      cause: 'network',
      final: false,
    })
  })

  test('by close() is clean, and the server receives the code and the reason', async () => {
    const { url, server } = await serve()
    const client = connect(url)
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    client.close(4001, 'bis später')
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    expect([code, String(reason)]).toEqual([4001, 'bis später'])
    await untilStatus(client, 'closed')
    expect(client.get().lastClose).toEqual({
      code: 4001,
      reason: 'bis später',
      wasClean: true,
      cause: 'user',
      final: true,
    })
  })

  test.each(['close', 'dispose'] as const)('by %s() during the handshake causes no uncaught error', async (end) => {
    const client = connect(`${echo.url}/hang`)
    client[end]()
    expect(client.get().status).toBe('closed')
    // ws emits the error of a socket that is closed while connecting later; it needs a listener then.
    await new Promise((soon) => setImmediate(soon))
  })

  test('by dispose() is received by the server with the code 1000', async () => {
    const { url, server } = await serve()
    const client = connect(url)
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    client.dispose()
    expect((await once(socket, 'close'))[0]).toBe(1000)
  })

  test('by close() is reported after closeTimeout if the server never answers', async () => {
    const { url, server } = await serve()
    const client = connect(url, { closeTimeout: 50 })
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    socket.pause()
    client.close()
    expect(client.get().status).toBe('closing')
    expect(await until(client, 'close')).toMatchObject({ cause: 'user', wasClean: false, final: true })
  })
})

describe('a failure', () => {
  const slowRetry = { reconnect: { delay: () => 1e6 } }

  test.each([401, 403, 429, 503])(
    'of the handshake with the HTTP status %d is reported as DialError with the status, and tried again',
    async (status) => {
      const client = connect(`${echo.url}/refuse?status=${status}`, slowRetry)
      const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
      expect(error).toMatchObject({ code: 'DialError', message: expect.stringContaining(`${status}`) })
      expect(close).toEqual({ code: 1006, reason: '', wasClean: false, cause: 'network', final: false, error })
      expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    },
  )

  test('to connect to a closed port is reported as DialError with ECONNREFUSED', async () => {
    const { url } = await serve()
    await ends.pop()!()
    const client = connect(url, slowRetry)
    expect(await until(client, 'error')).toMatchObject({
      code: 'DialError',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(client.get().status).toBe('reconnecting')
  })

  test.each([
    ['accepts TCP and never answers', () => {}],
    ['answers half a handshake', (socket: { write(text: string): void }) => socket.write('HTTP/1.1 101 Switching')],
  ])('is reported after connectTimeout if the server %s', async (_, act) => {
    const client = connect(await listen(act), { connectTimeout: 50, ...slowRetry })
    const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
    expect(error).toMatchObject({ code: 'ConnectTimeoutError' })
    expect(close).toMatchObject({ cause: 'timeout', code: 1006 })
    expect(client.socket).toBeUndefined()
  })

  test.each([
    ['uses another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['answers with a web page', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'],
    [
      'answers with a wrong Sec-WebSocket-Accept header',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n',
    ],
    ['closes the TCP connection', ''],
  ])('is reported with the cause network if the server %s', async (_, answer) => {
    const client = connect(await listen((socket) => socket.end(answer)), slowRetry)
    const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
    expect(error).toMatchObject({ code: 'DialError' })
    expect(close).toMatchObject({ cause: 'network', code: 1006 })
  })

  test('of the protocol, an invalid frame, ends the connection, and the client reconnects', async () => {
    const { url, server } = await serve()
    const client = connect(url, { reconnect: { delay: () => 0 } })
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    ;(socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(Buffer.from([0xff, 0xff]))
    await until(client, 'close')
    await untilStatus(client, 'open')
    expect(server.clients.size).toBeGreaterThan(0)
  })
})

describe('the client', () => {
  test('reconnects to a restarted server and sends the messages that were queued meanwhile', async () => {
    const first = await serve()
    const client = connect(first.url, { reconnect: { delay: () => 10 } })
    await untilStatus(client, 'open')
    await ends.pop()!()
    await untilStatus(client, 'reconnecting')
    expect(client.send('queued while the server restarts')).toBe('queued')
    const { server } = await serve({ port: Number(new URL(first.url).port) })
    const socket = await accepted(server)
    expect(String((await once(socket, 'message'))[0])).toBe('queued while the server restarts')
    expect(client.get()).toMatchObject({ status: 'open', queued: 0 })
  })

  test('replaces a half-open connection after interval and timeout, and ignores the old socket', async () => {
    const proxy = await startStallingProxy(echo.url)
    ends.push(proxy.close)
    // Its own clock, so that no other heartbeat times out, however slow the machine is.
    const clock = createFakeClock()
    const client = connect(proxy.url, {
      clock,
      heartbeat: { interval: 100, timeout: 100, isReply: 'ping' },
      reconnect: { delay: () => 0 },
    })
    const closes = recordEvents(client, 'close')
    await untilStatus(client, 'open')
    const answered = until(client, 'latency')
    clock.advance(100)
    await answered
    const dead = client.socket
    proxy.stall()
    clock.advance(199)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get().status).toBe('reconnecting')
    clock.advance(0)
    await untilStatus(client, 'open')
    expect(client.socket).not.toBe(dead)
    expect(closes).toMatchObject([{ cause: 'heartbeat', code: 4000, wasClean: false }])
    client.send('alive')
    expect(await until(client, 'message')).toBe('alive')
    expect(closes).toHaveLength(1)
  })

  test('stops with the cause heartbeat if the server sends nothing at all', async () => {
    const client = connect(`${echo.url}/mute`, { heartbeat: { interval: 50, timeout: 50 }, reconnect: false })
    expect(await until(client, 'stop')).toMatchObject({ cause: 'heartbeat' })
  })

  test('opens one connection for 10 users of a lazy client, and closes it after the last release', async () => {
    const { url, server } = await serve()
    const client = connect(url, { lazy: true, linger: 0 })
    const releases = Array.from({ length: 10 }, () => client.retain())
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    expect(server.clients.size).toBe(1)
    for (const release of releases) release()
    expect((await once(socket, 'close'))[0]).toBe(1000)
    expect(server.clients.size).toBe(0)
  })
})
