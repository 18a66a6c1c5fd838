/** An example for each event, as an option and as a listener: `onRetry` in the options is `on('retry')` on the client. */

import {
  type CloseInfo,
  type DropInfo,
  type OpenInfo,
  type RetryInfo,
  type Status,
  createWebSocket,
  json,
} from '@holdfast/core'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

test("onOpen and on('open') report whether the client was open before", async () => {
  const { server, clock, fakes } = stage()
  const opens: OpenInfo[] = []
  const client = createWebSocket('ws://test', { ...fakes, protocols: 'chat', onOpen: (info) => opens.push(info) })
  client.on('open', ({ reconnected }) => void (reconnected && client.send('what did I miss?')))
  await clock.run(0)
  server.last.drop()
  await clock.run(30_000)
  expect(opens.map(({ reconnected, attempt }) => [reconnected, attempt])).toEqual([
    [false, 0],
    [true, 1],
  ])
  expect(server.connections.map(({ received }) => received)).toEqual([[], ['what did I miss?']])
})

test("onMessage and on('message') receive every message in order", async () => {
  const { server, clock, fakes } = stage()
  const [first, second]: [unknown[], unknown[]] = [[], []]
  const client = createWebSocket('ws://test', { ...fakes, onMessage: (message) => first.push(message) })
  client.on('message', (message) => void second.push(message))
  await clock.run(0)
  for (const message of ['same', 'same', 'other']) server.last.send(message)
  expect([first, second]).toEqual([
    ['same', 'same', 'other'],
    ['same', 'same', 'other'],
  ])
})

test("onClose and on('close') report the code, the reason and the cause", async () => {
  const { server, clock, fakes } = stage()
  const closes: CloseInfo[] = []
  createWebSocket('ws://test', { ...fakes, onClose: (close) => closes.push(close) }).on(
    'close',
    (close) => void closes.push(close),
  )
  await clock.run(0)
  server.last.close(1012, 'restart')
  const expected = { code: 1012, reason: 'restart', wasClean: true, final: false, cause: 'server' }
  expect(closes).toEqual([expected, expected])
})

test("onError and on('error') report an error; the effect on the connection is in the status", async () => {
  const { server, clock, fakes } = stage()
  const errors: string[] = []
  const client = createWebSocket('ws://test', { ...fakes, codec: json(), onError: ({ name }) => errors.push(name) })
  client.on('error', ({ name }) => void errors.push(name))
  await clock.run(0)
  server.last.send('not JSON')
  expect([errors, client.get().status]).toEqual([['DecodeError', 'DecodeError'], 'open'])
})

test("onStatus and on('status') report each change of status", async () => {
  const { server, clock, fakes } = stage()
  const [first, second]: [Status[], Status[]] = [[], []]
  const client = createWebSocket('ws://test', { ...fakes, onStatus: (status) => first.push(status) })
  client.on('status', (status) => void second.push(status))
  await clock.run(0)
  server.last.drop()
  await clock.run(30_000)
  client.close()
  await clock.run(0)
  // The client is already connecting when createWebSocket returns.
  expect(first).toEqual(['connecting', ...second])
  expect(second).toEqual(['open', 'reconnecting', 'open', 'closing', 'closed'])
})

test("onRetry and on('retry') report when the next attempt starts", () => {
  const { server, clock, fakes } = stage()
  clock.setRandom(0.25)
  const retries: RetryInfo[] = []
  createWebSocket('ws://test', { ...fakes, onRetry: (retry) => retries.push(retry) }).on(
    'retry',
    (retry) => void retries.push(retry),
  )
  server.last.refuse()
  expect(retries).toEqual([
    { attempt: 1, delay: 500, retryAt: 500 },
    { attempt: 1, delay: 500, retryAt: 500 },
  ])
})

test("onStop and on('stop') report that no further attempt follows", async () => {
  const { server, clock, fakes } = stage()
  const stops: CloseInfo[] = []
  createWebSocket('ws://test', { ...fakes, onStop: (close) => stops.push(close) }).on(
    'stop',
    (close) => void stops.push(close),
  )
  await clock.run(0)
  server.last.close(1008, 'not you')
  expect(stops.map(({ code, final }) => [code, final])).toEqual([
    [1008, true],
    [1008, true],
  ])
})

test("onDrop and on('drop') report each message that will not be sent, and the reason", () => {
  const { fakes } = stage()
  const drops: DropInfo[] = []
  const client = createWebSocket('ws://test', { ...fakes, onDrop: (drop) => drops.push(drop) })
  client.on('drop', (drop) => void drops.push(drop))
  client.send('hello')
  client.close()
  expect(drops).toEqual([
    { message: 'hello', reason: 'closed' },
    { message: 'hello', reason: 'closed' },
  ])
})

test("onLatency and on('latency') report the round-trip time of each answered heartbeat", async () => {
  const { server, clock, fakes } = stage()
  const trips: number[] = []
  createWebSocket('ws://test', { ...fakes, heartbeat: true, onLatency: (ms) => trips.push(ms) }).on(
    'latency',
    (ms) => void trips.push(ms),
  )
  await clock.run(25_000)
  await clock.run(12)
  server.last.send('pong')
  expect(trips).toEqual([12, 12])
})

test("onDispose and on('dispose') report the last event", () => {
  const { fakes } = stage()
  const words: string[] = []
  const client = createWebSocket('ws://test', { ...fakes, onDispose: () => words.push('first') })
  client.on('dispose', () => void words.push('second'))
  client.dispose()
  client.dispose()
  expect(words).toEqual(['first', 'second'])
})
