/**
 * Tests each row of "What happens when" in the README. The rows about components are tested in `useWebSocket.dom.test.tsx`, `serverRender.dom.test.tsx` and
 * `sharing.dom.test.tsx`.
 */

import { type WebSocketClient, type WebSocketOptions, createWebSocket } from '@holdfast/core'
import { type FakeClock, type FakeServer, type FakeEnvironment, createFakeEnvironment } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

interface Scene {
  server: FakeServer
  clock: FakeClock
  page: FakeEnvironment
  client: WebSocketClient
}

/** Opens a connection. */
const open = async (options: WebSocketOptions = {}): Promise<Scene> => {
  const { server, clock, fakes } = stage()
  const page = createFakeEnvironment()
  const client = createWebSocket('ws://test', { ...fakes, environment: page, ...options })
  await clock.run(0)
  return { server, clock, page, client }
}

test('the server restarts: reconnects after 0.25 to 1.25 s, then with growing delays', async () => {
  const { server, clock, client } = await open()
  server.auto = false
  const delays: number[] = []
  client.on('retry', ({ delay }) => void delays.push(delay))
  for (const random of [0, 0.999, 0, 0.999]) {
    clock.setRandom(random)
    server.last.drop()
    await clock.run(delays.at(-1)!)
  }
  expect(delays.map(Math.round)).toEqual([250, 2248, 250, 8242])
})

test('the server restarts: reconnects within the next 10 s after code 1012, or after 5 to 30 s after code 1013', async () => {
  const waits: number[] = []
  for (const code of [1012, 1013]) {
    for (const random of [0, 0.5]) {
      const { server, clock, client } = await open()
      clock.setRandom(random)
      server.last.close(code)
      waits.push(client.get().retryAt!)
    }
  }
  expect(waits).toEqual([0, 5000, 5000, 17_500])
})

test('the server announces a window in its close reason: reconnects within it', async () => {
  const { server, clock, client } = await open()
  clock.setRandom(0)
  server.last.close(1012, '{"in":[3000,8000]}')
  expect(client.get().retryAt).toBe(3000)
})

test('the server stops answering, TCP stays open: detected within interval + timeout, then reconnects', async () => {
  const { server, clock, client } = await open({ heartbeat: true })
  await clock.run(34_999)
  expect(client.get().status).toBe('open')
  await clock.run(1)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 4000, cause: 'heartbeat' } })
  server.connections[0]!.send('a late word')
  expect(client.get().received).toBe(0)
})

test('the server never answers a ping: two connections end, the third is kept, and one error names what to change', async () => {
  const errors: string[] = []
  const { server, clock, client } = await open({ heartbeat: true, onError: ({ name }) => errors.push(name) })
  await clock.run(3_600_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 3])
  expect(errors).toEqual(['HeartbeatTimeoutError', 'HeartbeatTimeoutError', 'HEARTBEAT_UNANSWERED'])
})

test('the network changes under an open connection with heartbeat: sends a heartbeat that must be answered within 5 s', async () => {
  const { server, clock, page, client } = await open({ heartbeat: true })
  await clock.run(5000)
  page.emit('offline')
  page.emit('online')
  expect(server.last.received).toEqual(['ping'])
  await clock.run(5000)
  expect(client.get().status).toBe('reconnecting')
})

test('the network changes under an open connection without heartbeat: nothing happens until the platform reports the loss', async () => {
  const { server, clock, page, client } = await open()
  await clock.run(5000)
  page.emit('offline')
  page.emit('online')
  await clock.run(60_000)
  expect([client.get().status, server.last.received]).toEqual(['open', []])
})

test('the device is offline: retries every 60 s, and within 1 s of coming online', async () => {
  const { server, clock, page, client } = await open()
  page.emit('offline')
  server.auto = false
  server.last.drop()
  await clock.run(60_000)
  expect(server.connections).toHaveLength(2)
  server.last.refuse()
  page.emit('online')
  expect(client.get().retryAt! - clock.now()).toBeLessThan(1000)
})

test('the laptop wakes up: a delay is cut short, at most once in 5 s', async () => {
  const { server, clock, page, client } = await open({ reconnect: { delay: () => 30_000 } })
  server.auto = false
  server.last.drop()
  clock.jump(20_000)
  page.emit('wake')
  expect([client.get().retryAt, server.connections.length]).toEqual([undefined, 2])
  server.last.refuse()
  page.emit('wake')
  expect(server.connections).toHaveLength(2)
})

test('the laptop wakes up with a connection that looks open: a late timer is not trusted, and a new heartbeat is sent', async () => {
  const { server, clock, client } = await open({ heartbeat: true })
  await clock.run(25_000)
  clock.jump(8 * 3_600_000)
  await clock.run(0)
  expect([client.get().status, server.last.received]).toEqual(['open', ['ping', 'ping']])
  server.last.send('pong')
  await clock.run(20_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
})

test('the tab goes to the background: the connection, its heartbeat and its attempts continue', async () => {
  const { server, clock, page, client } = await open({ heartbeat: true })
  page.emit('hidden')
  await clock.run(25_000)
  expect(server.last.received).toEqual(['ping'])
  server.last.drop()
  await clock.run(30_000)
  expect(client.get().status).toBe('open')
})

test('the page enters the back/forward cache and returns: closed with 1000, opened again at once', async () => {
  const { server, clock, page, client } = await open()
  page.emit('hide')
  expect([server.last.closed?.code, client.get().status, clock.pending]).toEqual([1000, 'reconnecting', 0])
  page.emit('wake')
  await clock.run(0)
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})

test('the token expires: the URL function is called for each connection', async () => {
  const { server, clock, fakes } = stage()
  let dials = 0
  createWebSocket(
    async ({ attempt, lastClose }) => `ws://test?token=${++dials}&attempt=${attempt}&last=${lastClose?.code}`,
    fakes,
  )
  await clock.run(0)
  server.last.close(4401, 'token expired')
  await clock.run(30_000)
  expect(server.last.url).toBe('ws://test/?token=2&attempt=1&last=4401')
})

test('the URL function throws, rejects or hangs: only that attempt fails', async () => {
  const { clock, fakes } = stage()
  const fail = (): never => {
    throw new Error('not logged in')
  }
  const answers = [
    fail,
    () => Promise.reject(new Error('no network')),
    () => new Promise<never>(() => {}),
    () => 'ws://test',
  ]
  const client = createWebSocket(() => answers.shift()!(), fakes)
  const causes: string[] = []
  client.on('close', ({ cause }) => void causes.push(cause))
  expect(client.get().lastClose?.cause).toBe('provider')
  await clock.run(30_000)
  expect([causes, client.get().status]).toEqual([['provider', 'timeout'], 'open'])
})

test('the URL function returns null: stops with the cause provider, and open() asks it again', async () => {
  const { clock, fakes } = stage()
  const urls = [null, 'ws://test']
  const stops: string[] = []
  const client = createWebSocket(() => urls.shift(), { ...fakes, onStop: ({ cause }) => stops.push(cause) })
  expect([stops, client.get().status, client.send('lost')]).toEqual([['provider'], 'closed', 'dropped'])
  client.open()
  await clock.run(0)
  expect(client.get().status).toBe('open')
})

test('the page stays hidden, with closeWhenHidden: closed with 1000, no attempts, opened at once when it is visible', async () => {
  const { server, clock, page, client } = await open({ closeWhenHidden: 60_000 })
  page.emit('hidden')
  await clock.run(3_600_000)
  expect([server.last.closed?.code, server.connections.length]).toEqual([1000, 1])
  page.emit('wake')
  await clock.run(0)
  expect(client.get().status).toBe('open')
})

test('the laptop wakes up during a dial that hangs: the dial is replaced if it is older than 3 s', async () => {
  const { server, clock, page } = await open()
  server.auto = false
  server.last.drop()
  await clock.run(1250) // the second dial never ends
  expect(server.connections).toHaveLength(2)
  await clock.run(3000)
  page.emit('wake')
  expect([server.connections.length, server.alive]).toEqual([3, 1])
})

test('the server accepts and closes at once, repeatedly: delays grow and maxAttempts applies', async () => {
  const { server, clock, client } = await open({ reconnect: { maxAttempts: 3 } })
  const delays: number[] = []
  client.on('retry', ({ delay }) => void delays.push(delay))
  while (client.get().status !== 'closed') {
    server.last.close(1011)
    await clock.run(client.get().status === 'reconnecting' ? delays.at(-1)! : 0)
  }
  expect([delays, client.get().lastClose]).toEqual([
    [750, 1250, 2250],
    expect.objectContaining({ code: 1011, cause: 'exhausted', final: true }),
  ])
})

test('the server closes with a final code: the client stays closed and emits stop', async () => {
  for (const code of [1000, 1002, 1003, 1007, 1008, 1009, 1010, 3500, 4500]) {
    const { server, client } = await open()
    const stops: number[] = []
    client.on('stop', (close) => void stops.push(close.code))
    server.last.close(code)
    expect([stops, client.get().status]).toEqual([[code], 'closed'])
  }
})

test('the server never completes the handshake: the attempt fails after 10 s', async () => {
  const { server, clock, fakes } = stage()
  server.auto = false
  const client = createWebSocket('ws://test', fakes)
  await clock.run(10_000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
  expect(server.alive).toBe(0)
})
