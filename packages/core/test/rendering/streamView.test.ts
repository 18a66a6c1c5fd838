/** `createStreamView`: the messages and members of one stream, for rendering. */

import { expect, test, vi } from 'vitest'
import { OptionError, type SessionClient, type StreamViewOptions, createStreamView } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'
import { createFakeHub } from '../session/support/createFakeHub.ts'

const createView = (options?: StreamViewOptions<unknown, unknown>, stream: string | null = 'room') => {
  const { connectWelcomed, sendFrame, receivedFrames } = createFakeHub()
  const client = connectWelcomed({ streams: [] }, { pace: 'sync' })
  const view = createStreamView(client, stream, options)
  const listener = vi.fn<() => void>()
  const messages = (): unknown[] => view.get().messages.map(({ message }) => message)
  const sendMessage = (offset: number, to = 'room'): void =>
    sendFrame({ t: 'msg', s: to, off: offset, d: `${to} ${offset}` })
  const confirmJoin = (offset = 0): void => sendFrame({ t: 'sub', s: 'room', at: ['e', offset, 'fresh'] })
  /** The frames that join and leave streams. */
  const subscriptions = (): string[] =>
    receivedFrames().flatMap(({ t, stream: name }) => (t.endsWith('sub') ? [`${t} ${String(name)}`] : []))
  return { client, view, listener, messages, sendFrame, sendMessage, confirmJoin, subscriptions }
}
/** Waits until pending microtasks have run. */
const microtasks = (): Promise<void> => Promise.resolve()

test('a stream view follows its stream while it has a subscriber', async () => {
  const { view, listener, messages, sendMessage, confirmJoin, subscriptions } = createView()
  expect(subscriptions()).toEqual([])
  const unsubscribe = view.subscribe(listener)
  confirmJoin(4)
  sendMessage(5)
  expect([subscriptions(), messages(), listener.mock.calls.length]).toEqual([['sub room'], ['room 5'], 1])
  unsubscribe()
  unsubscribe()
  expect(subscriptions()).toEqual(['sub room'])
  await microtasks()
  expect(subscriptions()).toEqual(['sub room', 'unsub room'])
})

test('a stream view returns the same state until something in it changes', () => {
  const { view, listener, sendFrame, sendMessage, confirmJoin } = createView()
  const first = view.get()
  view.subscribe(listener)
  confirmJoin()
  expect(view.get()).toBe(first)
  sendMessage(1)
  const second = view.get()
  sendMessage(1, 'other')
  sendFrame({ t: 'pres', s: 'other', all: [{ id: 'ann' }] })
  expect(view.get()).toBe(second)
  sendFrame({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
  expect([view.get() === second, view.get().messages === second.messages]).toEqual([false, true])
  expect(listener).toHaveBeenCalledTimes(2)
})

test('a stream view is empty after a time without subscribers', () => {
  const { client, view, listener, messages, sendMessage, confirmJoin, sendFrame } = createView()
  const keep = createStreamView(client, 'room').subscribe(() => {})
  const unsubscribe = view.subscribe(listener)
  confirmJoin()
  sendMessage(1)
  sendFrame({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: 'epoch' })
  unsubscribe()
  sendMessage(1)
  expect([messages(), view.get().resync?.reason]).toEqual([['room 1'], 'epoch'])
  view.subscribe(listener)
  expect([messages(), view.get().resync]).toEqual([[], undefined])
  sendMessage(2)
  expect(messages()).toEqual(['room 2'])
  keep()
})

test('a subscriber that unsubscribes and subscribes in one turn keeps the stream joined', async () => {
  const { view, listener, subscriptions, messages, confirmJoin, sendMessage } = createView()
  view.subscribe(listener)()
  view.subscribe(listener)
  await microtasks()
  confirmJoin()
  sendMessage(1)
  expect([subscriptions(), messages()]).toEqual([['sub room'], ['room 1']])
})

test('a late unsubscribe does not leave the stream that another view has joined meanwhile', async () => {
  const { client, view, listener, subscriptions, messages, confirmJoin, sendMessage } = createView()
  const first = createStreamView(client, 'room')
  first.subscribe(listener)()
  queueMicrotask(() => view.subscribe(listener)) // runs after the first view has left, and before it leaves again
  first.subscribe(listener)()
  await microtasks()
  await microtasks()
  expect(subscriptions()).toEqual(['sub room', 'unsub room', 'sub room'])
  confirmJoin()
  confirmJoin() // the answer to the second subscription
  sendMessage(1)
  expect(messages()).toEqual(['room 1'])
})

test('a stream that the application has left meanwhile is joined again by the next view', async () => {
  const { client, view, listener, subscriptions } = createView()
  view.subscribe(listener)
  client.leave('room')
  const unsubscribe = createStreamView(client, 'room').subscribe(listener)
  unsubscribe()
  await microtasks()
  expect(subscriptions()).toEqual(['sub room', 'unsub room', 'sub room'])
})

test('a stream view keeps the newest messages up to the limit, and rejects a limit of 0', () => {
  const { view, messages, sendMessage, confirmJoin, client } = createView({ limit: 2 })
  view.subscribe(() => {})
  confirmJoin()
  for (const offset of [1, 2, 3]) sendMessage(offset)
  expect(messages()).toEqual(['room 2', 'room 3'])
  expect(() => createStreamView(client, 'room', { limit: 0 })).toThrow(OptionError)
})

test('a stream view without a name joins no stream', () => {
  const { view, listener, subscriptions } = createView({}, null)
  view.subscribe(listener)()
  expect([subscriptions(), view.get()]).toEqual([[], { messages: [], members: [], resync: undefined }])
})

test('an invalid name is rejected when the view is subscribed', () => {
  const { view, listener } = createView({}, 'x'.repeat(257))
  expect(() => view.subscribe(listener)).toThrow('stream')
})

test('a client without a session is rejected', () => {
  const { connect } = createTestClient()
  expect(() => createStreamView(connect() as unknown as SessionClient, 'room')).toThrow(
    'session: expected a client with session()',
  )
})

test('a view subscribed inside a stream listener receives the later messages', () => {
  const { client, view, messages, confirmJoin, sendMessage } = createView()
  client.on('stream', ({ offset }) => {
    if (offset === 1) view.subscribe(() => {})
  })
  client.join('room')
  confirmJoin()
  for (const offset of [1, 2]) sendMessage(offset)
  expect(messages()).toEqual(['room 2'])
})

test('a view leaves no listener on the client, except the two for presence of a stream that stays joined', async () => {
  const { client } = createView()
  let listeners = 0
  const count = (unsubscribe: () => void): (() => void) => {
    listeners++
    return () => {
      listeners--
      unsubscribe()
    }
  }
  const counted = Object.create(client, {
    on: { value: (...given: Parameters<typeof client.on>) => count(client.on(...given)) },
    subscribe: { value: (...given: Parameters<typeof client.subscribe>) => count(client.subscribe(...given)) },
  }) as typeof client
  const joinAndLeave = async (stream: string): Promise<number> => {
    for (let turn = 0; turn < 5; turn++) {
      createStreamView(counted, stream).subscribe(() => {})()
      await microtasks()
    }
    return listeners
  }
  expect(await joinAndLeave('room')).toBe(0)
  client.join('lobby')
  expect(await joinAndLeave('lobby')).toBe(2)
})

test('a stream stays joined while the second of two subscribers is left', async () => {
  const { view, listener, messages, sendMessage, confirmJoin, subscriptions } = createView()
  const unsubscribe = view.subscribe(listener)
  view.subscribe(() => {})
  confirmJoin()
  unsubscribe()
  await microtasks()
  sendMessage(1)
  expect([subscriptions(), messages()]).toEqual([['sub room'], ['room 1']])
})

test('a stream view shows nothing of another stream that the application has joined', () => {
  const called = vi.fn<() => void>()
  const { client, view, sendFrame, sendMessage } = createView({
    onMessage: called,
    onResync: called,
    onPresence: called,
  })
  view.subscribe(() => {})
  client.join('other')
  sendFrame({ t: 'sub', s: 'other', at: ['e', 0, 'fresh'] })
  sendMessage(1, 'other')
  sendFrame({ t: 'reset', s: 'other', epoch: 'f', off: 0, why: 'epoch' })
  sendFrame({ t: 'pres', s: 'other', all: [{ id: 'ann' }] })
  expect([view.get(), called.mock.calls]).toEqual([{ messages: [], members: [], resync: undefined }, []])
})

test('the callbacks of a stream view read the state that their event led to', () => {
  const seen: unknown[] = []
  const { view, sendFrame, confirmJoin } = createView({
    onResync: () => seen.push(view.get().resync?.reason),
    onPresence: () => seen.push(view.get().members.map(({ id }) => id)),
  })
  view.subscribe(() => {})
  confirmJoin()
  sendFrame({ t: 'reset', s: 'room', epoch: 'f', off: 0, why: 'epoch' })
  sendFrame({ t: 'pres', s: 'room', all: [{ id: 'ann' }] })
  expect(seen).toEqual(['epoch', ['ann']])
})
