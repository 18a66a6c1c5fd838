/** One small example for each option of `createWebSocket`; those of `reconnect`, `heartbeat` and `queue`, and the callbacks, have files of their own. */

import { type Schema, createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createFakeClock, createFakeServer, createFakeEnvironment } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

test('protocols may be a function, asked at each dial', async () => {
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

test('codec turns messages into frames and back', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, codec: json<{ text: string }, { say: string }>() })
  await clock.run(0)
  client.send({ say: 'hello' })
  server.last.send('{"text":"hello yourself"}')
  expect(server.last.received).toEqual(['{"say":"hello"}'])
  expect(client.get().lastMessage?.text).toBe('hello yourself')
})

test('codec json() takes any Standard Schema and reports what does not pass it', async () => {
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

test('lazy dials at the first retain() and closes after the last release', async () => {
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

test('linger is how long a lazy connection outlives its last user', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, lazy: true, linger: 5000 })
  client.retain()()
  await clock.run(4999)
  client.retain()
  await clock.run(60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

test('binaryType is kept over reconnects', async () => {
  const { server, clock, fakes } = stage()
  createWebSocket('ws://test', { ...fakes, binaryType: 'arraybuffer' })
  await clock.run(0)
  server.last.drop()
  await clock.run(30_000)
  expect(server.connections.map(({ socket }) => socket.binaryType)).toEqual(['arraybuffer', 'arraybuffer'])
})

test('reconnect: false ends with the first loss', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, reconnect: false })
  await clock.run(0)
  server.last.drop()
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1006, cause: 'network', final: true } })
  expect(clock.pending).toBe(0)
})

test('connectTimeout bounds a dial, the time of its URL provider included', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket(() => new Promise<never>(() => {}), { ...fakes, connectTimeout: 3000 })
  await clock.run(3000)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'timeout' },
    error: { code: 'ConnectTimeoutError' },
  })
})

test('closeTimeout bounds the closing handshake, which a dead peer never answers', async () => {
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

test('queue: false drops what cannot be sent at once', () => {
  const { fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, queue: false })
  expect(client.send('too early')).toBe('dropped')
})

test('highWaterMark makes send() wait while the network is slower than you', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, highWaterMark: 1000 })
  await clock.run(0)
  server.last.bufferedAmount = 1001
  expect(client.send('later')).toBe('queued')
  server.last.bufferedAmount = 0
  await clock.run(100)
  expect(server.last.received).toEqual(['later'])
})

test('pace is how often subscribers hear of messages; listeners of message hear each at once', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, pace: 100 })
  await clock.run(0)
  let [told, heard] = [0, 0]
  client.subscribe(() => told++)
  client.on('message', () => heard++)
  for (let message = 0; message < 1000; message++) server.last.send('tick')
  expect([told, heard]).toEqual([1, 1000])
  await clock.run(100)
  expect([told, client.get().received]).toEqual([2, 1000])
})

test('history keeps the newest messages in the snapshot', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, history: 2 })
  await clock.run(0)
  for (const message of ['a', 'b', 'c']) server.last.send(message)
  expect(client.get().messages).toEqual(['b', 'c'])
})

test('WebSocket is the constructor to use: that of ws, a fake, or the global one by default', async () => {
  const server = createFakeServer()
  createWebSocket('ws://test/room', { WebSocket: server.WebSocket, clock: createFakeClock() })
  expect(server.last.url).toBe('ws://test/room')
})

test('environment tell of the network and the page', async () => {
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

test('clock is where time and chance come from', async () => {
  const server = createFakeServer()
  const clock = createFakeClock(Date.parse('2030-01-01'))
  clock.setRandom(0)
  const client = createWebSocket('ws://test', { WebSocket: server.WebSocket, clock })
  server.last.refuse()
  expect(new Date(client.get().retryAt!).toISOString()).toBe('2030-01-01T00:00:00.250Z')
})

test('session sends again over a reconnect until the server has applied the message', async () => {
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
