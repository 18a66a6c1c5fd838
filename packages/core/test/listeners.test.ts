/** Listening: `on` with and without a signal, `onAny`, and options as listeners. */

import { expect, test } from 'vitest'
import type { WebSocketOptions } from '../src/index.ts'
import { heard } from './support/heard.ts'
import { rig } from './support/rig.ts'

test('on() hears until its removal is called, and that may be called again', () => {
  const { server, open } = rig()
  const client = open()
  const messages: unknown[] = []
  const off = client.on('message', (message) => messages.push(message))
  server.last.send('a')
  off()
  off()
  server.last.send('b')
  expect(messages).toEqual(['a'])
})

test('the same function added twice hears twice, and each removal takes one', () => {
  const { server, open } = rig()
  const client = open()
  const messages: unknown[] = []
  const listen = (message: unknown): void => void messages.push(message)
  const off = client.on('message', listen)
  client.on('message', listen)
  server.last.send('a')
  off()
  server.last.send('b')
  expect(messages).toEqual(['a', 'a', 'b'])
})

test('on() hears until its signal aborts', () => {
  const { server, open } = rig()
  const client = open()
  const messages: unknown[] = []
  const controller = new AbortController()
  client.on('message', (message) => messages.push(message), controller)
  server.last.send('a')
  controller.abort()
  server.last.send('b')
  expect(messages).toEqual(['a'])
})

test('on() with an aborted signal hears nothing', () => {
  const { server, open } = rig()
  const client = open()
  const messages: unknown[] = []
  client.on('message', (message) => messages.push(message), { signal: AbortSignal.abort() })
  server.last.send('a')
  expect(messages).toEqual([])
})

test('a removal leaves nothing on the signal', () => {
  const { open } = rig()
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
  const off = client.on('message', () => {}, controller)
  expect(present).toHaveLength(1)
  off()
  expect(present).toEqual([])
})

test('a signal aborted inside a listener silences those after it in the same round', () => {
  const { server, open } = rig()
  const client = open()
  const messages: unknown[] = []
  const controller = new AbortController()
  client.on('message', () => controller.abort())
  client.on('message', (message) => messages.push(message), controller)
  server.last.send('a')
  expect(messages).toEqual([])
})

test('onAny() hears every event with its value, until its removal is called', () => {
  const { server, connect } = rig()
  const client = connect()
  const said: unknown[] = []
  const off = client.onAny((type, value) => said.push([type, value]))
  server.last.accept('chat')
  server.last.send('a')
  off()
  server.last.send('b')
  expect(said).toEqual([
    ['status', 'open'],
    ['open', { reconnected: false, attempt: 0, protocol: 'chat' }],
    ['message', 'a'],
  ])
})

test('a function given as an option hears before those of on()', () => {
  const { server, open } = rig()
  const order: string[] = []
  const client = open({ onMessage: () => order.push('option') })
  client.on('message', () => order.push('on'))
  server.last.send('a')
  expect(order).toEqual(['option', 'on'])
})

test('the functions of the moment are called: options may be replaced', () => {
  const { server, open } = rig()
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

test('functions taken off the client work on their own', () => {
  const { server, connect } = rig()
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

test('10 000 listeners come and go without a trace', () => {
  const { server, open } = rig()
  const client = open()
  const messages = heard(client, 'message')
  let calls = 0
  const offs = Array.from({ length: 10_000 }, () => client.on('message', () => calls++))
  server.last.send('a')
  for (const off of offs) off()
  server.last.send('b')
  expect([calls, messages]).toEqual([10_000, ['a', 'b']])
})
