/** Both ways of data, and every way for a connection to end, against real servers: `ws` on a free port. */

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
} from '../src/index.ts'
import { startDeafProxy } from './support/deafProxy.ts'
import { type EchoServer, startEchoServer } from './support/echoServer.ts'
import { heard } from './support/heard.ts'
import { until, untilStatus } from './support/until.ts'

let echo: EchoServer
const clients: WebSocketClient<never, never>[] = []
/** What else was started, to be ended after the test. */
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

/** A server of its own, where the echo server does not do. */
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

describe('out and in', () => {
  test('text arrives as it was sent, in order', async () => {
    const client = connect(echo.url)
    const messages = heard(client, 'message')
    const texts = Array.from({ length: 2000 }, (_, n) => `${n} é🙂`)
    for (const text of texts.slice(0, 50)) client.send(text)
    await until(client, 'open')
    for (const text of texts.slice(50)) client.send(text)
    await until(client, 'message', (text) => text === texts.at(-1))
    expect(messages).toEqual(texts)
    expect(client.get()).toMatchObject({ received: 2000, lastMessage: texts.at(-1), queued: 0 })
  })

  test('binary arrives as it was sent: views, buffers, and a megabyte', async () => {
    const bytes: Codec<ArrayBuffer, ArrayBuffer | Uint8Array<ArrayBuffer>> = {
      encode: (out) => out,
      decode: (data) => data as ArrayBuffer,
    }
    const client = connect(echo.url, { binaryType: 'arraybuffer', codec: bytes })
    const messages = heard(client, 'message')
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

  test('JSON is encoded once and decoded once', async () => {
    const client = connect(echo.url, { codec: json<{ n: number }, { n: number }>() })
    client.send({ n: 5 })
    expect(await until(client, 'message')).toEqual({ n: 5 })
  })

  test('20 000 frames in a burst are all heard, in order', async () => {
    const client = connect(`${echo.url}/burst?n=20000&size=50`)
    const messages = heard(client, 'message')
    await until(client, 'message', (text) => text.startsWith('19999.'))
    expect(messages).toHaveLength(20_000)
    expect(messages.every((text, n) => text.startsWith(`${n}.`))).toBe(true)
  })

  test('the server hears nothing that was not sent', async () => {
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

  test('a slow reader: what is above the high water mark waits, and all of it arrives in order', async () => {
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

  test('subprotocols are offered as given, and the one chosen is told', async () => {
    const { url, server } = await serve({ handleProtocols: (offered) => [...offered].at(-1)! })
    const client = connect(url, { protocols: async () => ['chat', 'bearer.token'] })
    const opened = until(client, 'open')
    const socket = await accepted(server)
    expect(socket.protocol).toBe('bearer.token')
    expect(await opened).toEqual({ reconnected: false, attempt: 0, protocol: 'bearer.token' })
  })

  test('messages() reads what the server says', async () => {
    const read: string[] = []
    for await (const text of connect(`${echo.url}/burst?n=100`).messages()) {
      read.push(text)
      if (read.length === 100) break
    }
    expect(read).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`))
  })
})

describe('how it ends is told as it was', () => {
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
  ])('by the server with %d %j', async (code, reason, final) => {
    const client = connect(`${echo.url}/close?code=${code}&reason=${encodeURIComponent(reason)}`)
    const { status } = await until(client, 'close').then(() => client.get())
    expect(client.get().lastClose).toEqual({ code, reason, wasClean: true, cause: 'server', final })
    expect(status).toBe(final ? 'closed' : 'reconnecting')
  })

  test('by the server without a code: 1005, tried again', async () => {
    const { url, server } = await serve()
    const client = connect(url)
    ;(await accepted(server)).close()
    expect(await until(client, 'close')).toMatchObject({ code: 1005, reason: '', wasClean: true, final: false })
  })

  test('by a cut: 1006, not clean, by the network', async () => {
    expect(await until(connect(`${echo.url}/cut`), 'close')).toEqual({
      code: 1006,
      reason: '',
      wasClean: false,
      cause: 'network',
      final: false,
    })
  })

  test('by close(): the server sees the code and the reason, and the handshake is clean', async () => {
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

  test.each(['close', 'dispose'] as const)('%s() during the handshake ends it, and the process lives', async (end) => {
    const client = connect(`${echo.url}/hang`)
    client[end]()
    expect(client.get().status).toBe('closed')
    // The platform's own error for a socket closed while connecting comes later, and must find somebody.
    await new Promise((soon) => setImmediate(soon))
  })

  test('dispose() while open: the server sees 1000', async () => {
    const { url, server } = await serve()
    const client = connect(url)
    const socket = await accepted(server)
    await untilStatus(client, 'open')
    client.dispose()
    expect((await once(socket, 'close'))[0]).toBe(1000)
  })

  test('close() does not wait for a server that never answers', async () => {
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

describe('dials that come to nothing', () => {
  const patient = { reconnect: { delay: () => 1e6 } }

  test.each([401, 403, 429, 503])(
    'a handshake refused with %d is told with what the platform knows, and tried again',
    async (status) => {
      const client = connect(`${echo.url}/refuse?status=${status}`, patient)
      const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
      expect(error).toMatchObject({ code: 'DialError', message: expect.stringContaining(`${status}`) })
      expect(close).toEqual({ code: 1006, reason: '', wasClean: false, cause: 'network', final: false })
      expect(client.get()).toMatchObject({ status: 'reconnecting', attempt: 1 })
    },
  )

  test('a port where nobody listens', async () => {
    const { url } = await serve()
    await ends.pop()!()
    const client = connect(url, patient)
    expect(await until(client, 'error')).toMatchObject({
      code: 'DialError',
      message: expect.stringContaining('ECONNREFUSED'),
    })
    expect(client.get().status).toBe('reconnecting')
  })

  test.each([
    ['that accepts TCP and never answers', () => {}],
    [
      'that answers half a handshake',
      (socket: { write(text: string): void }) => socket.write('HTTP/1.1 101 Switching'),
    ],
  ])('a server %s is given up after connectTimeout', async (_, act) => {
    const client = connect(await listen(act), { connectTimeout: 50, ...patient })
    const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
    expect(error).toMatchObject({ code: 'ConnectTimeoutError' })
    expect(close).toMatchObject({ cause: 'timeout', code: 1006 })
    expect(client.socket).toBeUndefined()
  })

  test.each([
    ['that speaks another protocol', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['that answers with a page', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'],
    [
      'that answers with the wrong key',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: x\r\n\r\n',
    ],
    ['that hangs up', ''],
  ])('a server %s is a failed attempt', async (_, answer) => {
    const client = connect(await listen((socket) => socket.end(answer)), patient)
    const [error, close] = await Promise.all([until(client, 'error'), until(client, 'close')])
    expect(error).toMatchObject({ code: 'DialError' })
    expect(close).toMatchObject({ cause: 'network', code: 1006 })
  })

  test('a frame that breaks the protocol ends the connection, and it comes back', async () => {
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

describe('coming back', () => {
  test('a server that restarts finds its clients again, and what was sent meanwhile', async () => {
    const first = await serve()
    const client = connect(first.url, { reconnect: { delay: () => 10 } })
    await untilStatus(client, 'open')
    await ends.pop()!()
    await untilStatus(client, 'reconnecting')
    expect(client.send('while you were out')).toBe('queued')
    const { server } = await serve({ port: Number(new URL(first.url).port) })
    const socket = await accepted(server)
    expect(String((await once(socket, 'message'))[0])).toBe('while you were out')
    expect(client.get()).toMatchObject({ status: 'open', queued: 0 })
  })

  test('a half-open link is noticed within interval and timeout, and replaced; the dead one is not heard again', async () => {
    const proxy = await startDeafProxy(echo.url)
    ends.push(proxy.close)
    const client = connect(proxy.url, {
      heartbeat: { interval: 100, timeout: 100, isReply: 'ping' },
      reconnect: { delay: () => 0 },
    })
    const closes = heard(client, 'close')
    await untilStatus(client, 'open')
    await until(client, 'latency')
    const dead = client.socket
    const deafenedAt = performance.now()
    proxy.deafen()
    await untilStatus(client, 'reconnecting')
    // Without the heartbeat it would be minutes; a busy machine may take its time.
    expect(performance.now() - deafenedAt).toBeLessThan(2000)
    await untilStatus(client, 'open')
    expect(client.socket).not.toBe(dead)
    expect(closes).toMatchObject([{ cause: 'heartbeat', code: 4000, wasClean: false }])
    client.send('alive')
    expect(await until(client, 'message')).toBe('alive')
    expect(closes).toHaveLength(1)
  })

  test('a server that says nothing at all is dead to the heartbeat', async () => {
    const client = connect(`${echo.url}/mute`, { heartbeat: { interval: 50, timeout: 50 }, reconnect: false })
    expect(await until(client, 'stop')).toMatchObject({ cause: 'heartbeat' })
  })

  test('a shared lazy client is one connection for the server, and none when nobody is left', async () => {
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
