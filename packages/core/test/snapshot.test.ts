/** The state as one object: the same until something in it changes, and told to subscribers when it has. */

import { renderingOf } from '../src/adapter/rendering.ts'
import { describe, expect, test } from 'vitest'
import type { Snapshot, WebSocketClient } from '../src/index.ts'
import { type Rig, rig } from './support/rig.ts'

test('at the beginning it says that nothing has happened', () => {
  const { connect } = rig()
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

/** What changes nothing that the state shows. */
const idle: Record<string, (rig: Rig, client: WebSocketClient) => void> = {
  'open() while open': (_, client) => client.open(),
  'a message sent': (_, client) => void client.send('x'),
  'a message dropped': ({ server }, client) => {
    server.last.bufferedAmount = 2 ** 21
    client.send('x'.repeat(2 ** 20 + 1))
  },
  'a ping': ({ clock }) => clock.advance(1000),
  'a ping answered by another frame of the heartbeat, with the same latency': ({ clock, server }) => {
    clock.advance(1000)
    server.last.send('pong')
  },
  'news of the network': ({ page }) => page.emit('online'),
  'a page that hides': ({ page }) => page.emit('hidden'),
  'a subscription': (_, client) => client.subscribe(() => {})(),
  'a question': (_, client) => void renderingOf(client).get(),
}

describe('it stays the same object over', () => {
  test.each(Object.keys(idle))('%s', (name) => {
    const made = rig()
    const client = made.open({ heartbeat: { interval: 1000, timeout: 1000 } })
    made.clock.advance(1000)
    made.server.last.send('pong')
    const before = client.get()
    let told = 0
    client.subscribe(() => void told++)
    idle[name]!(made, client)
    expect(client.get()).toBe(before)
    expect(told).toBe(0)
  })

  test.each(['close', 'dispose'] as const)('%s() while closed', (call) => {
    const { connect } = rig()
    const client = connect({ immediate: false })
    const before = client.get()
    let told = 0
    client.subscribe(() => void told++)
    client[call]()
    expect(client.get()).toBe(before)
    expect(told).toBe(0)
  })
})

test('it is never changed, only replaced', () => {
  const { server, connect, redial } = rig()
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
  redial(client)
  for (const [snapshot, then] of seen) expect(JSON.stringify(snapshot)).toBe(then)
  expect(new Set(seen.map(([snapshot]) => snapshot)).size).toBeGreaterThan(5)
})

test('what did not change in it is the same object too', () => {
  const { server, open, redial } = rig()
  const client = open({ history: 5 })
  server.last.send('a')
  server.last.drop()
  const { messages, lastClose } = client.get()
  redial(client)
  expect(client.get().messages).toBe(messages)
  expect(client.get().lastClose).toBe(lastClose)
})

test('a listener of messages finds the message in it', () => {
  const { server, open } = rig()
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

test('an error stays in it until the next connection is open', () => {
  const { server, connect, redial } = rig()
  const client = connect()
  server.last.refuse()
  const { error } = client.get()
  expect(error).toMatchObject({ code: 'DialError' })
  redial(client)
  expect(client.get().error).toBe(error)
  server.last.accept()
  expect(client.get().error).toBeUndefined()
})

test('messages, count and latency outlast the connection', () => {
  const { clock, server, open } = rig()
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
  ])('of %d keeps the newest, oldest first', (history, kept) => {
    const { server, open } = rig()
    const client = open({ history })
    for (const text of 'abcde') server.last.send(text)
    expect(client.get()).toMatchObject({ messages: kept, received: 5, lastMessage: 'e' })
  })

  test.each([0.5, 1.5, 2.5])('of %d stays bounded', (history) => {
    const { server, open } = rig()
    const client = open({ history })
    for (const text of 'abcdefgh') server.last.send(text)
    expect(client.get().messages.length).toBeLessThanOrEqual(Math.ceil(history))
  })
})

describe('view()', () => {
  test('is the state, where nobody waits for the next frame', () => {
    const { server, open } = rig()
    const client = open()
    expect(renderingOf(client).get()).toBe(client.get())
    server.last.send('a')
    expect(renderingOf(client).get()).toBe(client.get())
  })

  test('is what subscribers were last told, until they are told more', () => {
    const { clock, server, open } = rig()
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

  test('says connecting where the first user is going to dial', () => {
    const { connect } = rig()
    const lazy = connect({ lazy: true })
    expect([lazy.get().status, renderingOf(lazy).get().status]).toEqual(['closed', 'connecting'])
    expect(renderingOf(lazy).get()).toBe(renderingOf(lazy).get())
    const release = lazy.retain()
    expect(renderingOf(lazy).get()).toBe(lazy.get())
    release()
  })

  test.each([
    ['that has no address', { lazy: true }, null],
    ['that waits for open()', { lazy: true, immediate: false }, 'ws://test/'],
    ['that is not lazy', { immediate: false }, 'ws://test/'],
  ])('says closed of a client %s', (_, options, url) => {
    const { connect } = rig()
    const client = connect(options, url)
    expect(renderingOf(client).get().status).toBe('closed')
    client.dispose()
    expect(renderingOf(client).get().status).toBe('closed')
  })

  test('says closed of a lazy client that is used and was closed, or is disposed', () => {
    const { connect } = rig()
    const client = connect({ lazy: true })
    client.retain()
    client.close()
    expect(renderingOf(client).get().status).toBe('closed')
    client.dispose()
    expect(renderingOf(client).get().status).toBe('closed')
  })
})
