/** Listeners: `on` with and without a signal, `onAny`, and callbacks in the options. */

import { expect, test } from 'vitest'
import type { WebSocketOptions } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

test('a listener of on() is called until it is removed, and removing it twice is allowed', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages: unknown[] = []
  const unsubscribe = client.on('message', (message) => messages.push(message))
  server.last.send('a')
  unsubscribe()
  unsubscribe()
  server.last.send('b')
  expect(messages).toEqual(['a'])
})

test('a function added twice is called twice, and each removal removes one', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages: unknown[] = []
  const listen = (message: unknown): void => void messages.push(message)
  const unsubscribe = client.on('message', listen)
  client.on('message', listen)
  server.last.send('a')
  unsubscribe()
  server.last.send('b')
  expect(messages).toEqual(['a', 'a', 'b'])
})

test('a listener of on() is called until its signal aborts', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages: unknown[] = []
  const controller = new AbortController()
  client.on('message', (message) => messages.push(message), controller)
  server.last.send('a')
  controller.abort()
  server.last.send('b')
  expect(messages).toEqual(['a'])
})

test('a listener of on() with an aborted signal is never called', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages: unknown[] = []
  client.on('message', (message) => messages.push(message), { signal: AbortSignal.abort() })
  server.last.send('a')
  expect(messages).toEqual([])
})

test('removing a listener also removes the abort listener from its signal', () => {
  const { open } = createTestClient()
  const client = open()
  const controller = new AbortController()
  const present: unknown[] = []
  const { addEventListener, removeEventListener } = controller.signal
  controller.signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    present.push(given[1])
    addEventListener.apply(controller.signal, given)
  }
  controller.signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    present.splice(present.indexOf(given[1]), 1)
    removeEventListener.apply(controller.signal, given)
  }
  const unsubscribe = client.on('message', () => {}, controller)
  expect(present).toHaveLength(1)
  unsubscribe()
  expect(present).toEqual([])
})

test('a signal aborted inside a listener removes later listeners before they are called', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages: unknown[] = []
  const controller = new AbortController()
  client.on('message', () => controller.abort())
  client.on('message', (message) => messages.push(message), controller)
  server.last.send('a')
  expect(messages).toEqual([])
})

test('a listener of onAny() receives every event with its value until it is removed', () => {
  const { server, connect } = createTestClient()
  const client = connect()
  const events: unknown[] = []
  const unsubscribe = client.onAny((type, value) => events.push([type, value]))
  server.last.accept('chat')
  server.last.send('a')
  unsubscribe()
  server.last.send('b')
  expect(events).toEqual([
    ['status', 'open'],
    ['open', { reconnected: false, attempt: 0, protocol: 'chat' }],
    ['message', 'a'],
  ])
})

test('a callback in the options is called before listeners of on()', () => {
  const { server, open } = createTestClient()
  const order: string[] = []
  const client = open({ onMessage: () => order.push('option') })
  client.on('message', () => order.push('on'))
  server.last.send('a')
  expect(order).toEqual(['option', 'on'])
})

test('callbacks in the options may be replaced: the current one is called', () => {
  const { server, open } = createTestClient()
  const calls: string[] = []
  const options: WebSocketOptions = { onMessage: () => calls.push('first') }
  const client = open(options)
  server.last.send('a')
  options.onMessage = () => calls.push('second')
  options.onDrop = () => calls.push('drop')
  server.last.send('b')
  server.last.drop()
  client.send('x', { queue: false })
  delete options.onMessage
  expect(calls).toEqual(['first', 'second', 'drop'])
})

test('methods work when they are destructured from the client', () => {
  const { server, connect } = createTestClient()
  const { get, send, open, close, on, subscribe, reconnect, dispose } = connect({ immediate: false })
  const statuses: unknown[] = []
  on('status', (status) => statuses.push(status))
  subscribe(() => {})()
  open()
  server.last.accept()
  expect(send('a')).toBe('sent')
  reconnect()
  close()
  expect(get().status).toBe('closed')
  dispose()
  expect(statuses).toEqual(['connecting', 'open', 'reconnecting', 'closed'])
})

test('10 000 removed listeners are not called again', () => {
  const { server, open } = createTestClient()
  const client = open()
  const messages = recordEvents(client, 'message')
  let calls = 0
  const unsubscribes = Array.from({ length: 10_000 }, () => client.on('message', () => calls++))
  server.last.send('a')
  for (const unsubscribe of unsubscribes) unsubscribe()
  server.last.send('b')
  expect([calls, messages]).toEqual([10_000, ['a', 'b']])
})
