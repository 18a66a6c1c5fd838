/** Runs the examples of the guides that need no page, unchanged. */

import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createWebSocket, json } from '@holdfast/core'
import { type FakeServer, createFakeServer } from '@holdfast/core/testing'
import { session } from '@holdfast/core/recovery'
import { HubError, createHub } from '@holdfast/server'
import {
  afterEach,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { closeDeadClients } from './deadClients.ts'
import { order } from './delivery.ts'
import { connectToJsonServer, connectToPingingServer } from './heartbeat.ts'
import { connectToMarket, connectToPrices, firstPrices } from './receiving.ts'
import {
  connectEveryFiveSeconds,
  connectUnlessBanned,
  connectWithLimit,
  follow,
  sendAway,
} from './reconnecting.ts'
import { connectWithToken } from './refresh.ts'
import {
  connectForUploads,
  connectWithLongQueue,
  sharePointer,
  submit,
  watchDrops,
} from './sending.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

/** Disposes the client when the test has ended. */
const own = <Client extends { dispose(): void }>(client: Client): Client => {
  onTestFinished(() => client.dispose())
  return client
}

describe('over a fake network', () => {
  let server: FakeServer
  const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms)
  beforeEach(() => {
    server = createFakeServer()
    vi.stubGlobal('WebSocket', server.WebSocket)
    vi.useFakeTimers()
  })
  afterEach(() => void vi.useRealTimers())

  const open = async <Client extends { dispose(): void }>(
    client: Client,
  ): Promise<Client> => {
    own(client)
    await pass()
    return client
  }

  test('heartbeat.ts pings a JSON server and hides its replies', async () => {
    const client = await open(connectToJsonServer('ws://test'))
    await pass(25_000)
    expect(server.last.received).toEqual(['{"type":"ping"}'])
    server.last.send('{"type":"pong"}')
    server.last.send('{"type":"news","text":"hi"}')
    expect(client.get()).toMatchObject({
      received: 1,
      lastMessage: { text: 'hi' },
      latency: 0,
    })
  })

  test('heartbeat.ts answers the pings of the server, and reconnects when two are missing', async () => {
    const client = await open(connectToPingingServer('ws://test'))
    await pass(20_000)
    server.last.send('{"type":"ping"}')
    expect([server.last.received, client.get().received]).toEqual([
      ['{"type":"pong"}'],
      0,
    ])
    await pass(54_999)
    expect(client.get().status).toBe('open')
    await pass(1)
    expect(client.get().lastClose?.cause).toBe('heartbeat')
  })

  test('debug.ts logs each event and puts the client on the global object', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const { client } = await import('./debug.ts')
    await open(client)
    server.last.send('hi')
    server.last.close(1012, 'restart')
    expect(log.mock.calls.map(([type]) => type)).toEqual([
      'status',
      'open',
      'message',
      'status',
      'close',
      'retry',
    ])
    expect(Reflect.get(globalThis, 'client')).toBe(client)
    Reflect.deleteProperty(globalThis, 'client')
  })

  test('reconnecting.ts reports that eight attempts have failed', async () => {
    server.auto = false
    const reasons: string[] = []
    own(connectWithLimit('ws://test', (reason) => void reasons.push(reason)))
    for (let dial = 0; dial < 9; dial++) {
      server.last.refuse()
      await pass(10_250)
    }
    expect([reasons, server.connections.length]).toEqual([
      ['exhausted 1006'],
      9,
    ])
  })

  test('reconnecting.ts waits for five seconds before each attempt', async () => {
    const client = await open(connectEveryFiveSeconds('ws://test'))
    server.last.drop()
    await pass(4999)
    expect(client.get().status).toBe('reconnecting')
    await pass(1)
    expect(client.get().status).toBe('open')
  })

  test.each([
    [4403, 'closed'],
    [4401, 'reconnecting'],
    [1008, 'closed'],
  ])(
    'reconnecting.ts makes of the close code %i the status %s',
    async (code, status) => {
      const client = await open(connectUnlessBanned('ws://test'))
      server.last.close(code)
      await pass()
      expect(client.get().status).toBe(status)
    },
  )

  test('reconnecting.ts subscribes again after a reconnect and loads what was missed', async () => {
    const load = vi.fn()
    await open(follow('ws://test', load))
    expect([server.last.received, load.mock.calls.length]).toEqual([
      ['subscribe prices'],
      0,
    ])
    server.last.drop()
    await pass(1250)
    expect([server.last.received, load.mock.calls.length]).toEqual([
      ['subscribe prices'],
      1,
    ])
  })

  test('sending.ts shows what becomes of a text, and restores an expired one', async () => {
    const notes: string[] = []
    const restore = vi.fn()
    const client = await open(createWebSocket('ws://test'))
    watchDrops(client, restore)
    const show = (note: string) => void notes.push(note)
    submit(client, 'a', show)
    server.auto = false
    server.last.drop()
    submit(client, 'b', show)
    expect(sharePointer(client, 1, 2)).toBe('dropped')
    await pass(120_000)
    client.close()
    submit(client, 'c', show)
    expect(notes).toEqual([
      'Will be sent when the connection is back.',
      'Not sent.',
    ])
    expect(restore.mock.calls).toEqual([['b']])
  })

  test('sending.ts drops the oldest message of a long queue when it is full', () => {
    const client = own(connectWithLongQueue('ws://test'))
    const drops: unknown[] = []
    client.on('drop', ({ message, reason }) => void drops.push(message, reason))
    for (let index = 0; index <= 1000; index++) client.send(`${index}`)
    expect(drops).toEqual(['0', 'full'])
  })

  test('sending.ts queues uploads while the socket has 1 MiB to send', async () => {
    const client = await open(connectForUploads('ws://test'))
    server.last.bufferedAmount = 1024 * 1024
    expect(client.send('a')).toBe('sent')
    server.last.bufferedAmount = 1024 * 1024 + 1
    const half = 'x'.repeat(4 * 1024 * 1024)
    expect([half, half, 'b'].map((chunk) => client.send(chunk))).toEqual([
      'queued',
      'queued',
      'dropped',
    ])
  })

  test('receiving.ts dispatches messages by their type', async () => {
    const prices = new Map<string, number>()
    const notify = vi.fn()
    await open(connectToMarket('ws://test', prices, notify))
    server.last.send('{"type":"price","symbol":"A","price":2}')
    server.last.send('{"type":"notice","text":"closed"}')
    expect([[...prices], notify.mock.calls]).toEqual([[['A', 2]], [['closed']]])
  })

  test('receiving.ts skips and reports a message that does not match the schema', async () => {
    const report = vi.fn()
    const client = await open(connectToPrices('ws://test', report))
    server.last.send('{"symbol":"A"}')
    server.last.send('{"symbol":"A","price":2}')
    expect(report.mock.calls).toEqual([
      [expect.objectContaining({ code: 'DecodeError' })],
    ])
    expect(client.get()).toMatchObject({
      status: 'open',
      received: 1,
      lastMessage: { symbol: 'A', price: 2 },
    })
  })

  test('receiving.ts reads messages one after another and disposes its client', async () => {
    const reading = firstPrices('ws://test', 2)
    await pass()
    for (const price of [1, 2, 3])
      server.last.send(JSON.stringify({ symbol: 'A', price }))
    expect(await reading).toEqual([1, 2])
    await pass()
    expect(server.alive).toBe(0)
  })

  test('refresh.ts fetches a new token only after 4401, and stops without one', async () => {
    const tokens = ['one', 'two', undefined]
    const client = await open(
      connectWithToken('ws://test', async () => tokens.shift()),
    )
    server.last.drop()
    await pass(1250)
    server.last.close(4401)
    await pass(2250)
    expect(server.connections.map(({ url }) => url.slice(-3))).toEqual([
      'one',
      'one',
      'two',
    ])
    server.last.close(4401)
    await pass(4250)
    expect(client.get()).toMatchObject({
      status: 'closed',
      lastClose: { cause: 'provider' },
    })
  })
})

/** Starts a server of `ws`. Returns its URL, too. */
const serve = async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
  })
  await once(sockets, 'listening')
  return {
    sockets,
    url: `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`,
  }
}

describe('over real sockets', () => {
  test('deadClients.ts ends the connection of a client that does not answer, and no other', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { sockets, url } = await serve()
    closeDeadClients(sockets)
    const alive = new WebSocket(url)
    const [atServer] = await once(sockets, 'connection')
    const dead = new WebSocket(url, { autoPong: false })
    await once(sockets, 'connection')
    const answer = once(atServer, 'pong')
    vi.advanceTimersByTime(30_000)
    await answer
    const end = once(dead, 'close')
    vi.advanceTimersByTime(30_000)
    expect((await end)[0]).toBe(1006)
    expect(sockets.clients).toEqual(new Set([atServer]))
    alive.terminate()
  })

  test('reconnecting.ts sends clients away with a window for their return', async () => {
    const { sockets, url } = await serve()
    const client = own(createWebSocket(url, { WebSocket }))
    await client.opened()
    sendAway(sockets.clients)
    const { delay } = await new Promise<{ delay: number }>((resolve) =>
      client.on('retry', resolve),
    )
    expect(delay).toBeGreaterThanOrEqual(3000)
    expect(delay).toBeLessThanOrEqual(8000)
    expect(client.get().lastClose?.code).toBe(1012)
  })

  test('delivery.ts reports each outcome of an order', async () => {
    const hub = createHub({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => hub.close())
    hub.on('message', (item) => {
      if (Object(item).id === 'sold') throw new HubError('sold-out')
    })
    await hub.ready
    const client = own(
      createWebSocket(`ws://127.0.0.1:${hub.port}`, {
        WebSocket,
        codec: json<unknown, object>(),
        session: session(),
      }),
    )
    expect(await order(client, { id: 'new' })).toEqual(expect.any(Object))
    expect(await order(client, { id: 'sold' })).toBe('refused: sold-out')
  })
})
