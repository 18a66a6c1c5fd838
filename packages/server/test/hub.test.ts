/** The hub on real sockets: who may come, what is answered, and that nothing is left. */

import { createServer } from 'node:http'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createWebSocket, json } from '@holdfast/core'
import { WebSocket } from 'ws'
import { type Clock, systemClock } from '../src/clock.ts'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { redisStore } from '../src/store/redis/redisStore.ts'
import { OURS, dial, enter } from './support/dial.ts'

const start = async (options: HubOptions = {}): Promise<{ hub: Hub; url: string }> => {
  const hub = createHub({ port: 0, host: '127.0.0.1', ...options })
  onTestFinished(() => hub.close())
  await hub.ready
  return { hub, url: `ws://127.0.0.1:${hub.port}` }
}

test('chooses our subprotocol behind those of the client, and welcomes', async () => {
  const { hub, url } = await start()
  const { socket, say, next } = await dial(url, ['chat.v2', OURS])
  expect(socket.protocol).toBe(OURS)
  say({ t: 'hello', v: 1, sub: ['news'] })
  await next('welcome')
  await hub.publish('news', 'first')
  expect(await next('msg')).toMatchObject({ s: 'news', off: 1, d: 'first' })
})

test('speaks plain WebSocket with clients that do not offer the subprotocol', async () => {
  const { hub, url } = await start()
  hub.on('connection', (connection) => void connection.join('news'))
  hub.on('message', (message, { connection, id }) => connection.send({ echo: message, id: id ?? null }))
  const { socket, say, next } = await dial(url, ['chat.v2'])
  expect(socket.protocol).toBe('chat.v2')
  say('{"n":1}')
  expect(await next('*')).toEqual({ echo: { n: 1 }, id: null })
  await hub.publish('news', { n: 2 })
  expect(await next('*')).toEqual({ n: 2 })
  await hub.broadcast('all')
  expect(await next('*')).toBe('all')
})

test('answers the heartbeat of plain clients, which is no JSON, and tells nobody', async () => {
  const { hub, url } = await start()
  const heard: unknown[] = []
  hub.on('message', (message) => heard.push(message))
  const beats = createWebSocket(url, { WebSocket, codec: json(), heartbeat: { interval: 1 } } as object)
  onTestFinished(() => beats.dispose())
  await new Promise((resolve) => beats.on('latency', resolve))
  expect([beats.get().status, heard, hub.stats().badFrames]).toEqual(['open', [], 0])
})

test('who joins and then speaks hears itself, however long joining takes', async () => {
  const { hub, url } = await start({ authorize: () => new Promise((resolve) => setImmediate(resolve, true)) })
  hub.on('message', (message) => hub.publish('room', message))
  const { say, next } = await enter(url)
  say({ t: 'sub', stream: 'room' })
  say({ t: 'send', seq: 1, d: 'mine' })
  expect(await next('msg')).toMatchObject({ s: 'room', off: 1, d: 'mine' })
})

test('raw plain clients give and get text as it is, and binary as bytes', async () => {
  const { hub, url } = await start({ codec: 'raw' })
  const heard: unknown[] = []
  hub.on('message', (message, { connection }) => {
    heard.push(message)
    connection.send('not { JSON')
  })
  const socket = new WebSocket(url)
  await once(socket, 'open')
  socket.send('plain { text')
  const [answer] = (await once(socket, 'message')) as [Buffer]
  expect(answer.toString()).toBe('not { JSON')
  socket.send(Buffer.from([1, 2]))
  await once(socket, 'message')
  expect(heard).toEqual(['plain { text', Buffer.from([1, 2])])
  socket.terminate()
})

test('a page of a foreign origin is refused with 403 before there is a socket', async () => {
  const { hub, url } = await start({ allowedOrigins: ['https://good.example'] })
  await expect(dial(url, [OURS], { origin: 'https://evil.example' })).rejects.toThrow('status 403')
  await expect(dial(url, [OURS], { origin: 'https://good.example.evil.example' })).rejects.toThrow('status 403')
  await expect(dial(url, [OURS], { origin: 'null' })).rejects.toThrow('status 403')
  await dial(url, [OURS], { origin: 'https://good.example' })
  await dial(url, [OURS])
  expect(hub.stats()).toMatchObject({ connections: 2, refused: 3 })
})

test('a plain client that authenticate turns away is refused with 401', async () => {
  const { url } = await start({
    authenticate: ({ request, hello }) => {
      if (hello) throw new Error('not reached')
      return request.headers.cookie === 'user=ann' ? { id: 'ann' } : null
    },
  })
  await expect(dial(url, [])).rejects.toThrow('status 401')
  await dial(url, [], { headers: { cookie: 'user=ann' } })
})

test('upgrades of other paths are answered with 404 where nobody else takes them, else left alone', async () => {
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

test('one hub too many, or a draining one, answers 503', async () => {
  const { hub, url } = await start({ limits: { connections: 1 } })
  const { ended, next, say } = await dial(url)
  say({ t: 'hello', v: 1 })
  await next('welcome')
  await expect(dial(url)).rejects.toThrow('status 503')
  await hub.drain({ window: 0 })
  expect(await next('bye')).toEqual({ t: 'bye', code: 1012, why: 'drain', in: [0, 1000] })
  expect(await ended).toEqual({ code: 1012, reason: '{"in":[0,1000]}' })
  await expect(dial(url)).rejects.toThrow('status 503')
})

test('a frame above the limit is closed with 1009, and others go on', async () => {
  const { url, hub } = await start({ limits: { frame: 1000 } })
  const [loud, other] = await Promise.all([enter(url), enter(url)])
  loud.say(JSON.stringify({ t: 'emit', d: 'x'.repeat(2000) }))
  expect((await loud.ended).code).toBe(1009)
  other.say({ t: 'send', seq: 1, d: 1 })
  expect(await other.next('ack')).toEqual({ t: 'ack', seq: 1 })
  expect(hub.stats()).toMatchObject({ connections: 1 })
})

test('text that is not UTF-8, and bytes that are no WebSocket, end that link alone', async () => {
  const { url, hub } = await start()
  const bad = await enter(url)
  const other = await enter(url)
  // A masked text frame of one byte 0xFF.
  ;(bad.socket as unknown as { _socket: { write(data: Buffer): void } })._socket.write(
    Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]),
  )
  expect((await bad.ended).code).toBe(1007)
  const stranger = connect(hub.port!, '127.0.0.1')
  stranger.end('GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
  await once(stranger.resume(), 'close')
  other.say({ t: 'ping', id: 1 })
  expect(await other.next('pong')).toEqual({ t: 'pong', id: 1 })
})

test.each([
  ['plain', []],
  ['with a session', [OURS]],
])('what is broadcast where a client is let in reaches that client: %s', async (_, protocols) => {
  const { hub, url } = await start()
  hub.on('connection', () => hub.broadcast({ here: hub.stats().connections }))
  const { say, next } = await dial(url, protocols)
  if (protocols.length > 0) say({ t: 'hello', v: 1 })
  if (protocols.length > 0) expect(await next('emit')).toMatchObject({ d: { here: 1 } })
  else expect(await next('*')).toEqual({ here: 1 })
})

test('an application closes with any code that a server may say, and learns of one that it may not', async () => {
  const { hub, url } = await start()
  hub.on('connection', (connection) => {
    for (const code of [999, 1004, 1005, 1006, 1015, 2999, 5000, 1008.5])
      expect(() => connection.close(code)).toThrow('code')
    connection.close(1008, 'no such name')
  })
  const [code, reason] = (await once(new WebSocket(url), 'close')) as [number, Buffer]
  expect([code, reason.toString()]).toEqual([1008, 'no such name'])
})

test('noServer takes what it is handed', async () => {
  const hub = createHub({ noServer: true })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => hub.handleUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    await hub.close()
    server.close()
  })
  const { welcome } = await enter(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/any`)
  expect(welcome['resumed']).toBe(false)
})

test('close ends every socket, timer and listener, also those of clients that do not answer', async () => {
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
  const polite = await enter(url, { sub: ['a'] })
  const deaf = await enter(url)
  ;(deaf.socket as unknown as { _socket: { pause(): void } })._socket.pause()
  hub.on('message', () => new Promise(() => undefined))
  deaf.say({ t: 'send', seq: 1, d: 1 })
  await hub.close()
  expect((await polite.ended).code).toBe(1001)
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
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  const unhandled = vi.fn()
  process.on('unhandledRejection', unhandled)
  const written = vi.spyOn(console, 'error').mockReturnValue(undefined)
  onTestFinished(() => {
    written.mockRestore()
    process.off('unhandledRejection', unhandled)
    for (const other of others) process.on('unhandledRejection', other)
  })
  const failed = createHub({ port: hub.port!, host: '127.0.0.1' })
  const emitted = vi.fn()
  if (hasListener) failed.on('error', emitted)
  const reports = hasListener ? emitted : written
  await expect.poll(() => reports.mock.calls).toEqual([[expect.objectContaining({ code: 'EADDRINUSE' })]])
  expect(written).toHaveBeenCalledTimes(hasListener ? 0 : 1)
  await new Promise((resolve) => setImmediate(resolve))
  expect(unhandled).not.toHaveBeenCalled()
  await failed.close()
})

test('what is published or broadcast after close rejects', async () => {
  const { hub } = await start()
  await hub.close()
  await expect(hub.publish('news', 1)).rejects.toMatchObject({ code: 'closed' })
  await expect(hub.broadcast(1)).rejects.toMatchObject({ code: 'closed' })
})

test('metrics is what stats is, for Prometheus', async () => {
  const { hub, url } = await start()
  await enter(url, { sub: ['a'] })
  expect(hub.metrics()).toContain('# TYPE holdfast_connections gauge\nholdfast_connections 1\n')
  expect(hub.metrics()).toContain('# TYPE holdfast_bad_frames_total counter\nholdfast_bad_frames_total 0\n')
})

test('wrong options throw at the call, by name', () => {
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
  ]
  for (const [options, words] of wrong) expect(() => createHub(options)).toThrow(words)
  expect(() => redisStore(undefined as never)).toThrow('client: expected')
})

test('a reader that stops is closed with 4001 while others read on, and resumes what it missed', async () => {
  const { hub, url } = await start({ limits: { sendBuffer: 256 * 1024 } })
  const slow = await enter(url, { sub: ['news'] })
  const quick = await enter(url, { sub: ['news'] })
  const raw = (slow.socket as unknown as { _socket: { pause(): void; resume(): void } })._socket
  raw.pause()
  const d = 'x'.repeat(64 * 1024)
  let sent = 0
  while (hub.stats().slow === 0) {
    await hub.publish('news', d)
    await quick.next('msg')
    sent++
  }
  // Nothing more is kept for it from here on.
  await hub.publish('news', 'last')
  expect((await quick.next('msg'))['off']).toBe(sent + 1)
  raw.resume()
  expect((await slow.ended).code).toBe(4001)
  const last = slow.frames.filter(({ t }) => t === 'msg').length
  expect(last).toBeLessThan(sent + 1)
  const { sid, key, streams } = slow.welcome
  const again = await enter(url, { sid, key, pos: { news: [streams.news[0], last] } })
  // So much may have been sent meanwhile that the history does not hold it: then the loss is told.
  const [, top, state] = again.welcome['streams'].news as [string, number, string]
  expect(top).toBe(sent + 1)
  if (state === 'resumed')
    for (let off = last + 1; off <= top; off++) expect((await again.next('msg'))['off']).toBe(off)
  else expect(state).toBe('lost')
})

test('clients of two hubs on one memory, over real sockets: heard on both, and moved from one to the other', async () => {
  const store = memoryStore()
  const [a, b] = await Promise.all([start({ store, presence: true }), start({ store, presence: true })])
  const first = await enter(a.url, { sub: ['news'] })
  const second = await enter(b.url, { sub: ['news'] })
  await a.hub.publish('news', 1)
  expect(await first.next('msg')).toEqual(await second.next('msg'))
  const { sid, key, streams } = first.welcome
  const moved = await enter(b.url, { sid, key, pos: { news: [streams.news[0], 0] } })
  expect(moved.welcome['resumed']).toBe(true)
  expect(await moved.next('msg')).toMatchObject({ off: 1, re: 1 })
  expect((await first.ended).code).toBe(4509)
  expect(await a.hub.presence('news')).toHaveLength(2)
})
