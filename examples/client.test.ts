/** An example for each member of a client. */

import { createWebSocket } from '@holdfast/core'
import { renderingOf } from '../packages/core/src/adapter/index.ts'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

test('get() returns the current state, the same object until it changes', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  const before = client.get()
  expect(client.get()).toBe(before)
  await clock.run(0)
  expect([before.status, client.get().status]).toEqual(['connecting', 'open'])
})

test('adapters render the state of the last notification, which get() may be ahead of', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  client.subscribe(() => {})
  const rendering = renderingOf(client)
  for (const message of ['a', 'b']) server.last.send(message)
  expect([client.get().lastMessage, rendering.get().lastMessage]).toEqual(['b', 'a'])
  await clock.run(16)
  expect(rendering.get().lastMessage).toBe('b')
})

test('subscribe() calls the listener when the state has changed', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  const seen = new Set<string>()
  const unsubscribe = client.subscribe(() => seen.add(client.get().status))
  await clock.run(0)
  unsubscribe()
  client.close()
  expect([...seen]).toEqual(['open'])
})

test('on() is undone by its signal or by the function that it returns', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  const leave = new AbortController()
  const received: unknown[] = []
  client.on('message', (message) => void received.push(message), { signal: leave.signal })
  await clock.run(0)
  server.last.send('one')
  leave.abort()
  server.last.send('two')
  expect(received).toEqual(['one'])
})

test('onAny() receives every event, for logs', async () => {
  const { clock, fakes } = stage()
  const log: string[] = []
  createWebSocket('ws://test', fakes).onAny((type) => log.push(type))
  await clock.run(0)
  expect(log).toEqual(['status', 'open'])
})

test('opened() resolves when the connection is open, and rejects when the client is closed', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  const opened = client.opened({ timeout: 5000 })
  await clock.run(0)
  expect(await opened).toEqual({ reconnected: false, attempt: 0, protocol: '' })
  client.dispose()
  await expect(client.opened()).rejects.toThrow('the client is closed')
})

test('messages() returns an async iterator that ends when the client is closed', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  const read: unknown[] = []
  const reading = (async () => {
    for await (const message of client.messages()) read.push(message)
  })()
  for (const message of ['a', 'b']) server.last.send(message)
  client.close()
  await reading
  expect(read).toEqual(['a', 'b'])
})

test('send() returns whether the message was sent, queued or dropped', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  expect(client.send('while connecting')).toBe('queued')
  expect(client.send('only if at once', { queue: false })).toBe('dropped')
  await clock.run(0)
  expect(client.send('while open')).toBe('sent')
  expect(server.last.received).toEqual(['while connecting', 'while open'])
  client.close()
  expect(client.send('after close()')).toBe('dropped')
  expect(() => client.send({ not: 'a frame' } as never)).toThrow('not a string, buffer or blob')
})

test('open() connects again after close()', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  client.close()
  await clock.run(0)
  client.open()
  await clock.run(0)
  expect(client.get().status).toBe('open')
})

test('close() cancels everything that is pending', () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  server.last.refuse()
  expect(client.get().status).toBe('reconnecting')
  client.close()
  expect([client.get().status, clock.pending]).toEqual(['closed', 0])
})

test('close() accepts a code and a reason', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  client.close(4000, 'bye')
  expect(server.last.closed).toEqual({ code: 4000, reason: 'bye' })
  expect(() => client.close(1001)).toThrow('code: expected 1000 or 3000-4999, got 1001')
})

test('reconnect() opens a new connection now, in any state', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  client.reconnect()
  await clock.run(0)
  expect([client.get().status, server.connections.length, server.alive]).toEqual(['open', 2, 1])
})

test('retain() keeps a lazy client open until it is released', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, lazy: true, linger: 0 })
  const release = client.retain()
  await clock.run(0)
  expect(client.get().status).toBe('open')
  release()
  await clock.run(0)
  expect(client.get().status).toBe('closed')
})

test('dispose() removes every timer, listener and socket, and is final', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: true })
  await clock.run(0)
  client.dispose()
  client.open()
  expect([client.get().status, client.send('too late'), server.alive, clock.pending]).toEqual([
    'closed',
    'dropped',
    0,
    0,
  ])
})

test('[Symbol.dispose]() calls dispose(), for `using`', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', fakes)
  await clock.run(0)
  client[Symbol.dispose]()
  expect(server.alive).toBe(0)
})

test('url is the URL of the current or last connection', () => {
  const { fakes } = stage()
  expect(createWebSocket('https://example.org/chat', fakes).url).toBe('wss://example.org/chat')
})

test('socket is the current platform socket', () => {
  const { server, fakes } = stage()
  expect(createWebSocket('ws://test', fakes).socket).toBe(server.last.socket)
})
