/** The snapshot: the same object until something in it changes. Subscribers are notified when it does. */

import { renderingOf } from '../../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import type { Snapshot, WebSocketClient } from '../../src/index.ts'
import { type TestSetup, createTestClient } from '../support/createTestClient.ts'

test('the first snapshot is closed and empty', () => {
  const { connect } = createTestClient()
  expect(connect({ immediate: false }).get()).toEqual({
    status: 'closed',
    lastMessage: undefined,
    received: 0,
    messages: [],
    attempt: 0,
    retryAt: undefined,
    queued: 0,
    latency: undefined,
    lastClose: undefined,
    error: undefined,
  } satisfies Snapshot)
})

/** Actions that change nothing in the snapshot. */
const idle: Record<string, (setup: TestSetup, client: WebSocketClient) => void> = {
  'open() while open': (_, client) => client.open(),
  'a message sent': (_, client) => void client.send('x'),
  'a message dropped': ({ server }, client) => {
    server.last.bufferedAmount = 2 ** 21
    client.send('x'.repeat(2 ** 20 + 1))
  },
  'a ping': ({ clock }) => clock.advance(1000),
  'a ping with a reply of the same latency': ({ clock, server }) => {
    clock.advance(1000)
    server.last.send('pong')
  },
  'the online event': ({ page }) => page.emit('online'),
  'a page that becomes hidden': ({ page }) => page.emit('hidden'),
  'subscribe() and unsubscribe': (_, client) => client.subscribe(() => {})(),
  'reading the rendered snapshot': (_, client) => void renderingOf(client).get(),
}

describe('the snapshot', () => {
  test.each(Object.keys(idle))('stays the same object after: %s', (name) => {
    const setup = createTestClient()
    const client = setup.open({ heartbeat: { interval: 1000, timeout: 1000 } })
    setup.clock.advance(1000)
    setup.server.last.send('pong')
    const before = client.get()
    let notifications = 0
    client.subscribe(() => void notifications++)
    idle[name]!(setup, client)
    expect(client.get()).toBe(before)
    expect(notifications).toBe(0)
  })

  test.each(['close', 'dispose'] as const)('stays the same object after %s() while closed', (call) => {
    const { connect } = createTestClient()
    const client = connect({ immediate: false })
    const before = client.get()
    let notifications = 0
    client.subscribe(() => void notifications++)
    client[call]()
    expect(client.get()).toBe(before)
    expect(notifications).toBe(0)
  })
})

test('a snapshot is never mutated, only replaced', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect({ history: 5 })
  const seen: [Snapshot, string][] = []
  const keep = (): void => void seen.push([client.get(), JSON.stringify(client.get())])
  client.onAny(keep)
  keep()
  server.last.accept()
  server.last.send('a')
  server.last.send('b')
  server.last.drop()
  client.send('waits')
  keep()
  advanceToRetry(client)
  for (const [snapshot, then] of seen) expect(JSON.stringify(snapshot)).toBe(then)
  expect(new Set(seen.map(([snapshot]) => snapshot)).size).toBeGreaterThan(5)
})

test('lists and close infos that did not change stay the same objects in the next snapshot', () => {
  const { server, open, advanceToRetry } = createTestClient()
  const client = open({ history: 5 })
  server.last.send('a')
  server.last.drop()
  const { messages, lastClose } = client.get()
  advanceToRetry(client)
  expect(client.get().messages).toBe(messages)
  expect(client.get().lastClose).toBe(lastClose)
})

test.each([1, 2, 3])(
  'messages of a snapshot are those of its moment, also if they are read later, with a history of %d',
  (history) => {
    const { server, open } = createTestClient()
    const client = open({ history })
    const snapshots = [client.get()]
    for (const text of 'abcdefgh') {
      server.last.send(text)
      snapshots.push(client.get())
    }
    const expected = snapshots.map((_, count) => 'abcdefgh'.slice(Math.max(0, count - history), count))
    expect(snapshots.map(({ messages }) => messages.join(''))).toEqual(expected)
    expect(Object.keys(snapshots[3]!)).toEqual(Object.keys(snapshots[0]!))
    expect({ ...snapshots[3]! }.messages).toBe(snapshots[3]!.messages)
  },
)

test('get() inside a message listener already includes the message', () => {
  const { server, open } = createTestClient()
  const client = open({ history: 2 })
  const seen: unknown[] = []
  client.on('message', (message) =>
    seen.push([message, client.get().lastMessage, client.get().received, client.get().messages]),
  )
  server.last.send('a')
  server.last.send('b')
  server.last.send('c')
  expect(seen).toEqual([
    ['a', 'a', 1, ['a']],
    ['b', 'b', 2, ['a', 'b']],
    ['c', 'c', 3, ['b', 'c']],
  ])
})

test('the snapshot keeps an error until the next connection is open', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const client = connect()
  server.last.refuse()
  const { error } = client.get()
  expect(error).toMatchObject({ code: 'DialError' })
  advanceToRetry(client)
  expect(client.get().error).toBe(error)
  server.last.accept()
  expect(client.get().error).toBeUndefined()
})

test('the snapshot keeps messages, their count and the latency after the connection ends', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ history: 5, heartbeat: { interval: 1000, timeout: 1000 } })
  server.last.send('a')
  clock.advance(1000)
  clock.advance(5)
  server.last.send('pong')
  server.last.close(1000)
  expect(client.get()).toMatchObject({ status: 'closed', received: 1, lastMessage: 'a', messages: ['a'], latency: 5 })
})

describe('history', () => {
  test.each([
    [0, []],
    [1, ['e']],
    [2, ['d', 'e']],
    [5, ['a', 'b', 'c', 'd', 'e']],
    [1000, ['a', 'b', 'c', 'd', 'e']],
    [Infinity, ['a', 'b', 'c', 'd', 'e']],
  ])('of %d keeps that many of the newest messages, oldest first', (history, kept) => {
    const { server, open } = createTestClient()
    const client = open({ history })
    for (const text of 'abcde') server.last.send(text)
    expect(client.get()).toMatchObject({ messages: kept, received: 5, lastMessage: 'e' })
  })

  test.each([0.5, 1.5, 2.5])('of %d stays bounded', (history) => {
    const { server, open } = createTestClient()
    const client = open({ history })
    for (const text of 'abcdefgh') server.last.send(text)
    expect(client.get().messages.length).toBeLessThanOrEqual(Math.ceil(history))
  })
})

describe('the rendered snapshot', () => {
  test('is the current snapshot while no notification is pending', () => {
    const { server, open } = createTestClient()
    const client = open()
    expect(renderingOf(client).get()).toBe(client.get())
    server.last.send('a')
    expect(renderingOf(client).get()).toBe(client.get())
  })

  test('is the snapshot of the last notification until the next one', () => {
    const { clock, server, open } = createTestClient()
    const client = open()
    client.subscribe(() => {})
    server.last.send('a')
    expect(renderingOf(client).get()).toMatchObject({ lastMessage: 'a', received: 1 })
    const shown = renderingOf(client).get()
    server.last.send('b')
    server.last.send('c')
    expect(renderingOf(client).get()).toBe(shown)
    expect(client.get()).toMatchObject({ lastMessage: 'c', received: 3 })
    clock.advance(16)
    expect(renderingOf(client).get()).toBe(client.get())
  })

  test('shows connecting for a lazy client without users', () => {
    const { connect } = createTestClient()
    const lazy = connect({ lazy: true })
    expect([lazy.get().status, renderingOf(lazy).get().status]).toEqual(['closed', 'connecting'])
    expect(renderingOf(lazy).get()).toBe(renderingOf(lazy).get())
    const release = lazy.retain()
    expect(renderingOf(lazy).get()).toBe(lazy.get())
    release()
  })

  test.each([
    ['that has no URL', { lazy: true }, null],
    ['that waits for open()', { lazy: true, immediate: false }, 'ws://test/'],
    ['that is not lazy', { immediate: false }, 'ws://test/'],
  ])('shows closed for a client %s', (_, options, url) => {
    const { connect } = createTestClient()
    const client = connect(options, url)
    expect(renderingOf(client).get().status).toBe('closed')
    client.dispose()
    expect(renderingOf(client).get().status).toBe('closed')
  })

  test('shows closed for a retained lazy client that was closed or disposed', () => {
    const { connect } = createTestClient()
    const client = connect({ lazy: true })
    client.retain()
    client.close()
    expect(renderingOf(client).get().status).toBe('closed')
    client.dispose()
    expect(renderingOf(client).get().status).toBe('closed')
  })
})
