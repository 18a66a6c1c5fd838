/** The hub on real sockets: upgrades, refusals, options, and what remains after close. */

import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createWebSocket, json } from '@holdfast/core'
import { WebSocket } from 'ws'
import { type Clock, systemClock } from '../src/clock.ts'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'
import { createNode } from '../src/node.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { redisStore } from '../src/store/redis/redisStore.ts'
import { SUBPROTOCOL, dial, openSession } from './support/dial.ts'
import { collectUnhandledRejections } from './support/unhandledRejections.ts'

const start = async (options: HubOptions = {}): Promise<{ hub: Hub; url: string }> => {
  const hub = createHub({ port: 0, host: '127.0.0.1', ...options })
  onTestFinished(() => hub.close())
  await hub.ready
  return { hub, url: `ws://127.0.0.1:${hub.port}` }
}

test('selects the subprotocol of sessions although the client offers another one first', async () => {
  const { hub, url } = await start()
  const { socket, send, next } = await dial(url, ['chat.v2', SUBPROTOCOL])
  expect(socket.protocol).toBe(SUBPROTOCOL)
  send({ t: 'hello', v: 1, sub: ['news'] })
  await next('welcome')
  await hub.publish('news', 'first')
  expect(await next('msg')).toMatchObject({ s: 'news', off: 1, d: 'first' })
})

test('serves plain WebSocket to clients that do not offer the subprotocol', async () => {
  const { hub, url } = await start()
  hub.on('connection', (connection) => void connection.join('news'))
  hub.on('message', (message, { connection, id }) => connection.send({ echo: message, id: id ?? null }))
  const { socket, send, next } = await dial(url, ['chat.v2'])
  expect(socket.protocol).toBe('chat.v2')
  send('{"n":1}')
  expect(await next('*')).toEqual({ echo: { n: 1 }, id: null })
  await hub.publish('news', { n: 2 })
  expect(await next('*')).toEqual({ n: 2 })
  await hub.broadcast('all')
  expect(await next('*')).toBe('all')
})

test('answers the text ping of plain clients, and does not emit it as a message', async () => {
  const { hub, url } = await start()
  const received: unknown[] = []
  hub.on('message', (message) => received.push(message))
  const pingClient = createWebSocket(url, { WebSocket, codec: json(), heartbeat: { interval: 1 } } as object)
  onTestFinished(() => pingClient.dispose())
  await new Promise((resolve) => pingClient.on('latency', resolve))
  expect([pingClient.get().status, received, hub.stats().badFrames]).toEqual(['open', [], 0])
})

test('a client that joins a stream and then sends to it receives its own message, however long the join takes', async () => {
  const { hub, url } = await start({ authorize: () => new Promise((resolve) => setImmediate(resolve, true)) })
  hub.on('message', (message) => hub.publish('room', message))
  const { send, next } = await openSession(url)
  send({ t: 'sub', stream: 'room' })
  send({ t: 'send', seq: 1, d: 'mine' })
  expect(await next('msg')).toMatchObject({ s: 'room', off: 1, d: 'mine' })
})

test('raw plain clients send and receive text unchanged, and binary data as bytes', async () => {
  const { hub, url } = await start({ codec: 'raw' })
  const received: unknown[] = []
  hub.on('message', (message, { connection }) => {
    received.push(message)
    connection.send('not { JSON')
  })
  const socket = new WebSocket(url)
  await once(socket, 'open')
  socket.send('plain { text')
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(answer.toString()).toBe('not { JSON')
  socket.send(Buffer.from([1, 2]))
  await once(socket, 'message')
  socket.send('ping')
  await once(socket, 'message')
  expect(received).toEqual(['plain { text', Buffer.from([1, 2]), 'ping'])
  socket.terminate()
})

test('a page of another origin is refused with 403 before the upgrade', async () => {
  const { hub, url } = await start({ allowedOrigins: ['https://good.example'] })
  await expect(dial(url, [SUBPROTOCOL], { origin: 'https://evil.example' })).rejects.toThrow('status 403')
  await expect(dial(url, [SUBPROTOCOL], { origin: 'https://good.example.evil.example' })).rejects.toThrow('status 403')
  await expect(dial(url, [SUBPROTOCOL], { origin: 'null' })).rejects.toThrow('status 403')
  await dial(url, [SUBPROTOCOL], { origin: 'https://good.example' })
  await dial(url, [SUBPROTOCOL])
  expect(hub.stats()).toMatchObject({ connections: 2, refused: 3 })
})

test('a plain client that authenticate refuses gets 401', async () => {
  const { url } = await start({
    authenticate: ({ request, hello }) => {
      if (hello) throw new Error('not reached')
      return request.headers.cookie === 'user=ann' ? { id: 'ann' } : null
    },
  })
  await expect(dial(url, [])).rejects.toThrow('status 401')
  await dial(url, [], { headers: { cookie: 'user=ann' } })
})

test('upgrades of other paths get 404, or are left to other listeners if there are any', async () => {
  const server = createServer()
  const hub = createHub({ server, path: '/ws' })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await hub.close()
    server.close()
  })
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  await expect(dial(`${url}/other`)).rejects.toThrow('status 404')
  await dial(`${url}/ws?room=1`)
  server.on('upgrade', ({ url: path }, socket) => {
    if (path === '/other') socket.end('HTTP/1.1 418 Teapot\r\nConnection: close\r\n\r\n')
  })
  await expect(dial(`${url}/other`)).rejects.toThrow('status 418')
})

test('a full hub and a draining hub refuse connections with 503', async () => {
  const { hub, url } = await start({ limits: { connections: 1 } })
  const { closed, next, send } = await dial(url)
  send({ t: 'hello', v: 1 })
  await next('welcome')
  await expect(dial(url)).rejects.toThrow('status 503')
  await hub.drain({ window: 0 })
  expect(await next('bye')).toEqual({ t: 'bye', code: 1012, why: 'drain', in: [0, 1000] })
  expect(await closed).toEqual({ code: 1012, reason: '{"in":[0,1000]}' })
  await expect(dial(url)).rejects.toThrow('status 503')
})

test('a frame above the limit closes its link with 1009, and other links stay open', async () => {
  const { url, hub } = await start({ limits: { frame: 1000 } })
  const [loud, other] = await Promise.all([openSession(url), openSession(url)])
  loud.send(JSON.stringify({ t: 'emit', d: 'x'.repeat(2000) }))
  expect((await loud.closed).code).toBe(1009)
  other.send({ t: 'send', seq: 1, d: 1 })
  expect(await other.next('ack')).toEqual({ t: 'ack', seq: 1 })
  expect(hub.stats()).toMatchObject({ connections: 1 })
})

test('invalid UTF-8 and an invalid handshake end only their own link', async () => {
  const { url, hub } = await start()
  const bad = await openSession(url)
  const other = await openSession(url)
  // A masked text frame of one byte 0xFF.
  ;(bad.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
    Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]),
  )
  expect((await bad.closed).code).toBe(1007)
  const rawSocket = connect(hub.port!, '127.0.0.1')
  rawSocket.end('GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  await once(rawSocket.resume(), 'close')
  other.send({ t: 'ping', id: 1 })
  expect(await other.next('pong')).toEqual({ t: 'pong', id: 1 })
})

test.each([
  ['plain', []],
  ['with a session', [SUBPROTOCOL]],
])('a broadcast in the connection listener reaches the new client: %s', async (_, protocols) => {
  const { hub, url } = await start()
  hub.on('connection', () => hub.broadcast({ here: hub.stats().connections }))
  const { send, next } = await dial(url, protocols)
  if (protocols.length > 0) send({ t: 'hello', v: 1 })
  if (protocols.length > 0) expect(await next('emit')).toMatchObject({ d: { here: 1 } })
  else expect(await next('*')).toEqual({ here: 1 })
})

test('connection.close accepts all codes that a server may send, and throws for others', async () => {
  const { hub, url } = await start()
  hub.on('connection', (connection) => {
    for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000, 1008.5])
      expect(() => connection.close(code)).toThrow('code')
    connection.close(1008, 'no such name')
  })
  const [code, reason] = (await once(new WebSocket(url), 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1008, 'no such name'])
})

test('a hub with noServer accepts the upgrades that it is passed', async () => {
  const hub = createHub({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await hub.close()
    server.close()
  })
  const { welcome } = await openSession(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/any`)
  expect(welcome['resumed']).toBe(false)
})

test('close ends every socket, timer and listener, also for clients that do not answer', async () => {
  const timers = new Set<unknown>()
  const clock: Clock = {
    ...systemClock,
    setTimeout: (callback, delay) => {
      const handle = systemClock.setTimeout(() => {
        timers.delete(handle)
        callback()
      }, delay)
      timers.add(handle)
      return handle
    },
    clearTimeout: (handle) => {
      timers.delete(handle)
      systemClock.clearTimeout(handle)
    },
  }
  const server = createServer()
  const before = server.listenerCount('upgrade')
  const hub = createHub({ server, clock })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  const polite = await openSession(url, { sub: ['a'] })
  const stalled = await openSession(url)
  ;(stalled.socket as unknown as { _socket: { pause(): void } })._socket.pause()
  hub.on('message', () => new Promise(() => undefined))
  stalled.send({ t: 'send', seq: 1, d: 1 })
  await hub.close()
  expect((await polite.closed).code).toBe(1001)
  expect(hub.stats()).toMatchObject({ connections: 0, sessions: 0, streams: 0 })
  expect(server.listenerCount('upgrade')).toBe(before)
  await new Promise((resolve) => server.close(resolve))
  expect(timers.size).toBe(0)
  await hub.close()
})

test('a port that is in use rejects `ready` and emits `error`', async () => {
  const { hub } = await start()
  const other = createHub({ port: hub.port!, host: '127.0.0.1' })
  const emitted = new Promise<unknown>((resolve) => other.on('error', resolve))
  await expect(other.ready).rejects.toThrow('EADDRINUSE')
  expect(await emitted).toMatchObject({ code: 'EADDRINUSE' })
  expect(other.ready).toBe(other.ready)
  await other.close()
})

test.each([
  ['is only emitted as `error` if there is a listener', true],
  ['is written to the console if there is no `error` listener', false],
])('a failed listen %s, and causes no unhandled rejection when `ready` is not used', async (_, hasListener) => {
  const { hub } = await start()
  const unhandled = collectUnhandledRejections()
  const written = vi.spyOn(console, 'error').mockReturnValue(undefined)
  onTestFinished(() => written.mockRestore())
  const failed = createHub({ port: hub.port!, host: '127.0.0.1' })
  const emitted = vi.fn()
  if (hasListener) failed.on('error', emitted)
  const reports = hasListener ? emitted : written
  await expect.poll(() => reports.mock.calls).toEqual([[expect.objectContaining({ code: 'EADDRINUSE' })]])
  expect(written).toHaveBeenCalledTimes(hasListener ? 0 : 1)
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).toEqual([])
  await failed.close()
})

test('publish and join refuse names that the protocol cannot transport, and publish refuses unknown options', async () => {
  const { hub, url } = await start()
  const rejections: unknown[] = []
  const names = ['', 'x'.repeat(257), 'half \ud83d', '__proto__', 7 as never]
  hub.on('connection', (connection) => {
    for (const name of names) {
      try {
        void connection.join(name)
      } catch (error) {
        rejections.push((error as Error).message)
      }
    }
  })
  for (const name of names) await expect(hub.publish(name, 1)).rejects.toThrow('stream: expected')
  await expect(hub.publish('a', 1, { idempotencykey: 'k' } as never)).rejects.toThrow(
    'idempotencykey: expected the name idempotencyKey',
  )
  await dial(url, [])
  await expect
    .poll(() => rejections)
    .toEqual(names.map(() => expect.stringMatching(/^stream: expected a string of 1 to 256 bytes/)))
  for (const sub of ['half \ud83d', '__proto__']) {
    const { send, closed } = await dial(url)
    send({ t: 'hello', v: 1, sub: [sub] })
    expect((await closed).code).toBe(4500)
  }
})

test('publish and broadcast reject after close', async () => {
  const { hub } = await start()
  await hub.close()
  await expect(hub.publish('news', 1)).rejects.toMatchObject({ code: 'closed' })
  await expect(hub.broadcast(1)).rejects.toMatchObject({ code: 'closed' })
})

test('metrics returns the counts in the text format of Prometheus', async () => {
  const { hub, url } = await start()
  await openSession(url, { sub: ['a'] })
  expect(hub.metrics()).toContain('# TYPE holdfast_connections gauge\nholdfast_connections 1\n')
  expect(hub.metrics()).toContain('# TYPE holdfast_sent_messages_total counter\nholdfast_sent_messages_total 0\n')
})

test('memoryStore and drain refuse an option that they do not have', async () => {
  expect(() => memoryStore({ windows: 1 } as object)).toThrow('windows: expected the name window, got "windows"')
  expect(() => memoryStore({ history: { message: 1 } } as object)).toThrow(
    'history.message: expected the name messages',
  )
  const node = createNode()
  onTestFinished(() => node.close())
  await expect(node.drain({ timeOut: 1 } as object)).rejects.toThrow('timeOut: expected the name timeout')
  expect(node.accepting).toBe(true)
})

test('createHub throws for an invalid option and names it', () => {
  const wrong: [HubOptions, string][] = [
    [{}, 'exactly one'],
    [{ port: 0, noServer: true }, 'exactly one'],
    [{ noServer: true, path: 'ws' }, 'path'],
    [{ noServer: true, allowedOrigins: ['example.com'] }, 'allowedOrigins'],
    [{ noServer: true, allowedOrigins: ['https://example.com/'] }, 'allowedOrigins'],
    [{ noServer: true, heartbeat: { interval: 0 } }, 'heartbeat.interval'],
    [{ noServer: true, heartbeat: { timeout: Number.NaN } }, 'heartbeat.timeout'],
    [{ noServer: true, limits: { frame: -1 } }, 'limits.frame'],
    [{ noServer: true, limits: { fram: 1 } as never }, 'limits.fram'],
    [{ noServer: true, codec: 'xml' as never }, 'codec'],
    [{ port: 65_536 }, 'port'],
    [{ port: '8080' as never }, 'port'],
    [{ port: Number.NaN }, 'port'],
    [{ noServer: true, authenticate: 'anna' as never }, 'authenticate: expected a function'],
    [{ noServer: true, authorize: {} as never }, 'authorize: expected a function'],
    [{ noServer: true, allowedOrigins: 'https://example.com' as never }, 'got "https://example.com"'],
    [{ noServer: true, autenticate: () => null } as never, 'autenticate: expected the name authenticate'],
    [{ noServer: true, Authorize: () => true } as never, 'Authorize: expected the name authorize'],
    [{ noServer: true, somethingElse: 1 } as never, 'somethingElse: expected one of the names server, '],
    [{ noServer: true, heartbeat: { intervall: 1 } as never }, 'heartbeat.intervall: expected the name interval'],
    [{ noServer: true, limits: { perAdress: 1 } as never }, 'limits.perAdress: expected the name perAddress'],
    [{ noServer: true, authenticate: undefined as never }, 'authenticate: expected a function, or no option'],
    [{ noServer: true, authorize: undefined as never }, 'authorize: expected a function, or no option'],
    [{ noServer: true, allowedOrigins: undefined as never }, 'allowedOrigins: expected a list of origins'],
    [{ noServer: true, beforeUpgrade: true as never }, 'beforeUpgrade: expected a function'],
    [{ noServer: true, address: 'x-real-ip' as never }, 'address: expected a function'],
    [{ noServer: true, presence: 'yes' as never }, 'presence: expected true, false or a function'],
  ]
  for (const [options, words] of wrong) expect(() => createHub(options)).toThrow(words)
  expect(() => createNode({ path: '/ws' } as never)).toThrow('path: expected one of the names store, ')
  expect(() => redisStore(undefined as never)).toThrow('client: expected')
})

test('a client that stops reading is closed with 4001 and can resume, while others receive everything', async () => {
  const { hub, url } = await start({ limits: { sendBuffer: 256 * 1024 } })
  const slow = await openSession(url, { sub: ['news'] })
  const quick = await openSession(url, { sub: ['news'] })
  const raw = (slow.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket
  raw.pause()
  const d = 'x'.repeat(64 * 1024)
  let sent = 0
  while (hub.stats().slow === 0) {
    await hub.publish('news', d)
    await quick.next('msg')
    sent++
  }
  // The hub buffers no later message for the closed client.
  await hub.publish('news', 'last')
  expect((await quick.next('msg'))['off']).toBe(sent + 1)
  raw.resume()
  expect((await slow.closed).code).toBe(4001)
  const last = slow.frames.filter(({ t }) => t === 'msg').length
  expect(last).toBeLessThan(sent + 1)
  const { sid, key, streams } = slow.welcome
  const again = await openSession(url, { sid, key, pos: { news: [streams.news[0], last] } })
  // The history may have lost some of the messages meanwhile. Then the result is `lost`.
  const [, top, state] = again.welcome['streams'].news as [string, number, string]
  expect(top).toBe(sent + 1)
  if (state === 'resumed')
    for (let off = last + 1; off <= top; off++) expect((await again.next('msg'))['off']).toBe(off)
  else expect(state).toBe('lost')
})

test('two hubs with one memory store share streams, and a session moves between them over real sockets', async () => {
  const store = memoryStore()
  const [a, b] = await Promise.all([start({ store, presence: true }), start({ store, presence: true })])
  const first = await openSession(a.url, { sub: ['news'] })
  const second = await openSession(b.url, { sub: ['news'] })
  await a.hub.publish('news', 1)
  expect(await first.next('msg')).toEqual(await second.next('msg'))
  const { sid, key, streams } = first.welcome
  const moved = await openSession(b.url, { sid, key, pos: { news: [streams.news[0], 0] } })
  expect(moved.welcome['resumed']).toBe(true)
  expect(await moved.next('msg')).toMatchObject({ off: 1, re: 1 })
  expect((await first.closed).code).toBe(4509)
  expect(await a.hub.presence('news')).toHaveLength(2)
})
