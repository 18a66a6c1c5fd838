/** An example for each option of `createWebSocket`. The options of `reconnect`, `heartbeat` and `queue`, and the callbacks, have separate files. */

import { type Schema, createWebSocket, json, webSocketTransport } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createFakeClock, createFakeServer, createFakeEnvironment } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

test('protocols may be a function that is called for each connection', async () => {
  const { server, clock, fakes } = stage()
  const tokens = ['first', 'second']
  createWebSocket('ws://test', { ...fakes, protocols: () => ['chat', `token.${tokens.shift()}`] })
  await clock.run(0)
  server.last.drop()
  await clock.run(30_000)
  expect(server.connections.map(({ protocols }) => protocols)).toEqual([
    ['chat', 'token.first'],
    ['chat', 'token.second'],
  ])
})

test('codec encodes and decodes messages', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, codec: json<{ text: string }, { say: string }>() })
  await clock.run(0)
  client.send({ say: 'hello' })
  server.last.send('{"text":"hello yourself"}')
  expect(server.last.received).toEqual(['{"say":"hello"}'])
  expect(client.get().lastMessage?.text).toBe('hello yourself')
})

test('codec json() accepts any Standard Schema and reports messages that do not match it', async () => {
  const { server, clock, fakes } = stage()
  // With Zod: json({ incoming: z.object({ text: z.string() }) })
  const incoming: Schema<{ text: string }> = {
    '~standard': {
      validate: (value) =>
        typeof (value as { text?: unknown }).text === 'string'
          ? { value: value as { text: string } }
          : { issues: [{ message: 'no text' }] },
    },
  }
  const client = createWebSocket('ws://test', { ...fakes, codec: json({ incoming }) })
  await clock.run(0)
  server.last.send('{"txet":"hello"}')
  expect(client.get()).toMatchObject({ status: 'open', received: 0, error: { code: 'DecodeError' } })
})

test('immediate: false waits for open()', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, immediate: false })
  expect(client.get().status).toBe('closed')
  client.open()
  await clock.run(0)
  expect(client.get().status).toBe('open')
  expect(server.connections).toHaveLength(1)
})

test('lazy connects at the first retain() and closes after the last release', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, lazy: true })
  expect(server.connections).toHaveLength(0)
  const [release, releaseToo] = [client.retain(), client.retain()]
  await clock.run(0)
  expect(client.get().status).toBe('open')
  release()
  releaseToo()
  await clock.run(1000)
  expect([client.get().status, server.connections.length]).toEqual(['closed', 1])
})

test('linger is how long a lazy connection stays open after its last user', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, lazy: true, linger: 5000 })
  client.retain()()
  await clock.run(4999)
  client.retain()
  await clock.run(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

test('binaryType is kept across reconnects', async () => {
  const { server, clock, fakes } = stage()
  createWebSocket('ws://test', { ...fakes, binaryType: 'arraybuffer' })
  await clock.run(0)
  server.last.drop()
  await clock.run(30_000)
  expect(server.connections.map(({ socket }) => socket.binaryType)).toEqual(['arraybuffer', 'arraybuffer'])
})

test('reconnect: false stops after the first connection is lost', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, reconnect: false })
  await clock.run(0)
  server.last.drop()
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1006, cause: 'network', final: true } })
  expect(clock.pending).toBe(0)
})

test('connectTimeout limits the time to connect, including that of the URL function', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket(() => new Promise<never>(() => {}), { ...fakes, connectTimeout: 3000 })
  await clock.run(3000)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'timeout' },
    error: { code: 'ConnectTimeoutError' },
  })
})

test('closeTimeout limits the closing handshake, which a dead peer never answers', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, closeTimeout: 500 })
  await clock.run(0)
  server.auto = false
  client.close()
  expect(client.get().status).toBe('closing')
  await clock.run(500)
  expect(client.get().status).toBe('closed')
})

test('heartbeat: true sends ping after 25 s of silence and expects pong within 10 s', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: true })
  await clock.run(25_000)
  expect(server.last.received).toEqual(['ping'])
  await clock.run(10_000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4000, cause: 'heartbeat' } })
})

test('queue: false drops messages that cannot be sent at once', () => {
  const { fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, queue: false })
  expect(client.send('too early')).toBe('dropped')
})

test('highWaterMark is Infinity by default, so that an open connection takes all messages, as a bare WebSocket does', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  server.last.bufferedAmount = 100_000_000
  const results = Array.from({ length: 1000 }, (_, index) => client.send(`chunk ${index}`))
  expect(new Set(results)).toEqual(new Set(['sent']))
})

test('highWaterMark queues messages while the network is slower than the sender, and only queue.bytes bounds them', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, highWaterMark: 1000, queue: { limit: 1, bytes: 15 } })
  await clock.run(0)
  server.last.bufferedAmount = 1001
  expect(['later', 'later', 'later', 'later'].map((message) => client.send(message))).toEqual([
    'queued',
    'queued',
    'queued',
    'dropped',
  ])
  server.last.bufferedAmount = 0
  await clock.run(100)
  expect(server.last.received).toEqual(['later', 'later', 'later'])
})

test('onConnect authenticates each connection before the queue is sent and open is emitted', async () => {
  const { server, clock, fakes } = stage()
  server.auto = false
  interface Message {
    type: string
  }
  const client = createWebSocket('ws://test', {
    ...fakes,
    codec: json<Message, Message>(),
    onConnect: async ({ send, receive }) => {
      send({ type: 'login' })
      const { type } = await receive() // this message is not emitted
      if (type !== 'welcome') throw new Error(`expected welcome, got ${type}`)
    },
  })
  client.send({ type: 'first' })
  server.last.accept()
  await clock.run(0)
  expect([client.get().status, server.last.received]).toEqual(['connecting', ['{"type":"login"}']])
  server.last.send('{"type":"welcome"}')
  await clock.run(0)
  expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  expect(server.last.received).toEqual(['{"type":"login"}', '{"type":"first"}'])
})

test('onConnect fails the attempt if it rejects; lastClose.error is the reason', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', {
    ...fakes,
    onConnect: async ({ receive }) => {
      throw new Error(`refused: ${await receive()}`)
    },
    onError: () => {},
  })
  await clock.run(0)
  server.last.send('wrong token')
  await clock.run(0)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'provider', error: { message: 'refused: wrong token' } },
  })
})

test('closeWhenHidden closes the connection of a page that stays hidden, and opens it when the page is visible', async () => {
  const { server, clock, fakes } = stage()
  const page = createFakeEnvironment()
  const client = createWebSocket('ws://test', { ...fakes, environment: page, closeWhenHidden: 300_000 })
  await clock.run(0)
  page.emit('hidden')
  await clock.run(300_000)
  expect([server.last.closed?.code, client.get().status, clock.pending]).toEqual([1000, 'reconnecting', 0])
  page.emit('wake')
  await clock.run(0)
  expect(client.get().status).toBe('open')
})

test('pace limits how often subscribers are notified; listeners of message receive each one at once', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, pace: 100 })
  await clock.run(0)
  let [notifications, messages] = [0, 0]
  client.subscribe(() => notifications++)
  client.on('message', () => messages++)
  for (let message = 0; message < 1000; message++) server.last.send('tick')
  expect([notifications, messages]).toEqual([1, 1000])
  await clock.run(100)
  expect([notifications, client.get().received]).toEqual([2, 1000])
})

test('history keeps the newest messages in the snapshot', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, history: 2 })
  await clock.run(0)
  for (const message of ['a', 'b', 'c']) server.last.send(message)
  expect(client.get().messages).toEqual(['b', 'c'])
})

test('WebSocket is the constructor: that of ws, a fake, or by default the global one', async () => {
  const server = createFakeServer()
  createWebSocket('ws://test/room', { WebSocket: server.WebSocket, clock: createFakeClock() })
  expect(server.last.url).toBe('ws://test/room')
})

test('transport opens the connections, by default webSocketTransport()', () => {
  const server = createFakeServer()
  const transport = webSocketTransport({ WebSocket: server.WebSocket })
  createWebSocket('ws://test/room', { transport, clock: createFakeClock() })
  expect(server.last.url).toBe('ws://test/room')
})

test('environment reports changes of the network and of the page', async () => {
  const { server, clock, fakes } = stage()
  const page = createFakeEnvironment()
  const client = createWebSocket('ws://test', { ...fakes, environment: page })
  await clock.run(0)
  page.emit('offline')
  server.last.drop()
  expect(client.get().retryAt).toBe(60_000)
  page.emit('online')
  await clock.run(1000)
  expect(client.get().status).toBe('open')
})

test('clock provides the time, the timers and the random numbers', async () => {
  const server = createFakeServer()
  const clock = createFakeClock(Date.parse('2030-01-01'))
  clock.setRandom(0)
  const client = createWebSocket('ws://test', { WebSocket: server.WebSocket, clock })
  server.last.refuse()
  expect(new Date(client.get().retryAt!).toISOString()).toBe('2030-01-01T00:00:00.250Z')
})

test('clock.monotonic measures durations, so that setting the computer clock changes none', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, immediate: false, queue: { ttl: 60_000 } })
  client.send('hello')
  clock.adjust(3_600_000) // `now()` is an hour ahead, `monotonic()` is not
  await clock.run(59_999)
  expect(client.get().queued).toBe(1)
  await clock.run(1)
  expect(client.get().queued).toBe(0)
})

test('session resends a message after a reconnect until the server has applied it', async () => {
  const { server, clock, fakes } = stage()
  server.auto = false
  const client = createWebSocket('ws://test', { ...fakes, codec: json(), session: session() })
  const welcome = { t: 'welcome', sid: 's', key: 'k', cseq: 0, hb: [25_000, 10_000], streams: {} } // from @holdfast/server
  const say = (frame: object): void => server.last.send(JSON.stringify(frame))
  server.last.accept('holdfast.v1.json')
  say(welcome)
  const applied = client.deliver('hello')
  server.last.drop()
  await clock.run(client.get().retryAt! - clock.now())
  server.last.accept('holdfast.v1.json')
  say({ ...welcome, resumed: true })
  say({ t: 'ack', seq: 1 })
  expect(await applied).toEqual({ seq: 1 })
  expect(server.last.received.at(-1)).toBe('{"t":"send","seq":1,"d":"hello"}')
})
