/** What honest applications send, with default limits, over real sockets: nothing is cut, and everything arrives in order. */

import { createFakeClock } from '@holdfast/core/testing'
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'

const startHub = async (options: HubOptions = {}): Promise<Hub> => {
  const hub = createHub({ port: 0, host: '127.0.0.1', ...options })
  onTestFinished(() => hub.close())
  await hub.ready
  return hub
}

const connect = (hub: Hub) => {
  const client = createWebSocket(`ws://127.0.0.1:${hub.port}`, {
    WebSocket: WebSocket as never,
    codec: json<unknown, unknown>(),
    session: session(),
  })
  onTestFinished(() => client.dispose())
  return client
}

const connectPlain = (hub: Hub) => {
  const client = createWebSocket(`ws://127.0.0.1:${hub.port}`, { WebSocket: WebSocket as never, codec: json() })
  onTestFinished(() => client.dispose())
  return client
}

const PHOTO = 'x'.repeat(700_000)

test('a photo of 700 kB arrives by send and by deliver of a session, and from a plain client', async () => {
  const hub = await startHub()
  const received: [by: string, length: number][] = []
  hub.on('message', (message) => {
    const { by, photo } = message as { by: string; photo: string }
    received.push([by, photo.length])
  })
  const inSession = connect(hub)
  const plain = connectPlain(hub)
  await Promise.all([inSession.opened(), plain.opened()])
  expect(inSession.send({ by: 'send', photo: PHOTO })).toBe('sent')
  await inSession.deliver({ by: 'deliver', photo: PHOTO })
  expect(plain.send({ by: 'plain', photo: PHOTO })).toBe('sent')
  await vi.waitFor(() => expect(received).toHaveLength(3), { interval: 5, timeout: 30_000 })
  expect(received).toEqual(['send', 'deliver', 'plain'].map((by) => [by, PHOTO.length]))
  expect(hub.stats()).toMatchObject({ connections: 2, closes: {}, floods: 0, slow: 0, badFrames: 0 })
})

test('a burst of 5 MB by deliver is acknowledged in order, on one connection', async () => {
  const hub = await startHub()
  const received: number[] = []
  hub.on('message', (message) => void received.push((message as { n: number }).n))
  const client = connect(hub)
  await client.opened()
  const numbers = Array.from({ length: 50 }, (_, n) => n)
  await Promise.all(numbers.map((n) => client.deliver({ n, data: 'x'.repeat(100_000) })))
  expect(received).toEqual(numbers)
  expect(hub.stats()).toMatchObject({ accepted: 1, closes: {}, repeated: 0 })
})

test('an upload of 20 MB in chunks of 64 kB arrives in order, on one connection', async () => {
  const clock = createFakeClock()
  const hub = await startHub({ clock })
  const received: number[] = []
  hub.on('message', (message) => void received.push((message as { n: number }).n))
  const client = connect(hub)
  await client.opened()
  const numbers = Array.from({ length: 313 }, (_, n) => n)
  let done = false
  const upload = Promise.all(numbers.map((n) => client.deliver({ n, data: 'x'.repeat(64_000) }))).finally(() => {
    done = true
  })
  // 8 MiB are handled at once, and 1 MiB per second after that.
  while (!done) {
    await clock.run(100)
    await new Promise((resolve) => setImmediate(resolve))
  }
  await upload
  expect(received).toEqual(numbers)
  expect(hub.stats()).toMatchObject({ accepted: 1, closes: {}, repeated: 0 })
})

test('120 pointer events per second for half a minute arrive in order, beside pings', async () => {
  const clock = createFakeClock()
  const hub = await startHub({ clock })
  const received: number[] = []
  hub.on('message', (message) => void received.push((message as { n: number }).n))
  const client = connect(hub)
  await client.opened()
  const count = 30 * 120
  for (let n = 0; n < count; n++) {
    expect(client.send({ n, x: n, y: 7, pressure: 0.5 })).toBe('sent')
    if (n % 12 !== 11) continue
    await vi.waitFor(() => expect(received).toHaveLength(n + 1), { interval: 1, timeout: 30_000 })
    await clock.run(100)
  }
  expect(received).toEqual(Array.from({ length: count }, (_, n) => n))
  expect(hub.stats()).toMatchObject({ accepted: 1, closes: {}, floods: 0, dead: 0 })
})
