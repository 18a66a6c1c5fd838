/** A client over a transport of one's own: what the seam promises, by `scriptedTransport`. */

import { expect, test, vi } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import { createFakeClock, scriptedTransport } from '../../src/testing/index.ts'

const setup = (options: Parameters<typeof createWebSocket>[1] = {}) => {
  const transport = scriptedTransport()
  const clock = createFakeClock(1_700_000_000_000)
  const client = createWebSocket('http://test/chat', { transport, clock, environment: false, ...options })
  return { transport, clock, client }
}

test('a transport receives the resolved URL, the protocols and the attempt of each dial', () => {
  const { transport, client, clock } = setup({ protocols: ['chat'] })
  expect(transport.last.request).toMatchObject({ url: 'ws://test/chat', protocols: ['chat'], attempt: 0 })
  transport.last.end()
  clock.advance(client.get().retryAt! - clock.now())
  expect(transport.last.request).toMatchObject({ attempt: 1, lastClose: { code: 1006, cause: 'network' } })
  client.dispose()
})

test('messages pass through a transport in both directions', () => {
  const onMessage = vi.fn()
  const { transport, client } = setup({ onMessage })
  expect(client.send('queued')).toBe('queued')
  transport.last.open({ protocol: 'chat' })
  expect(client.send('sent')).toBe('sent')
  transport.last.receive('hello')
  expect([transport.last.sent, onMessage.mock.calls]).toEqual([['queued', 'sent'], [['hello']]])
  expect([client.socket, client.url]).toEqual([undefined, 'ws://test/chat'])
  client.dispose()
})

test('the close of a transport gets its missing parts from the close code policy', () => {
  const { transport, client } = setup()
  transport.last.open()
  transport.last.end({ code: 1008, reason: 'no' })
  expect(client.get()).toMatchObject({
    status: 'closed',
    lastClose: { code: 1008, reason: 'no', final: true, cause: 'server' },
  })
  client.open()
  transport.last.open()
  transport.last.end({ code: 1008, final: false, cause: 'auth' })
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 1008, cause: 'auth', final: false } })
  client.dispose()
})

test('close() starts the closing handshake of a transport and waits for its end', () => {
  const { transport, client } = setup()
  transport.last.open()
  client.close(3001, 'bye')
  expect([client.get().status, transport.last.closeRequest]).toEqual(['closing', { code: 3001, reason: 'bye' }])
  transport.last.end({ code: 3001, reason: 'bye', wasClean: true })
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 3001, cause: 'user', wasClean: true } })
})

test('events of an abandoned dial are ignored', () => {
  const onMessage = vi.fn()
  const { transport, client } = setup({ onMessage })
  const first = transport.last
  client.reconnect()
  expect([first.isAbandoned, transport.dials.length]).toEqual([true, 2])
  transport.last.open()
  first.open()
  first.receive('late')
  first.end({ code: 1008 })
  expect([client.get().status, onMessage.mock.calls]).toEqual(['open', []])
  client.dispose()
})

test('a heartbeat of the transport replaces the one of the client, and its reply sets the latency', () => {
  const ping = vi.fn()
  const { transport, client, clock } = setup({ heartbeat: { interval: 50_000, message: 'not sent' } })
  transport.last.open({ heartbeat: { interval: 1000, timeout: 500, ping } })
  clock.advance(1000)
  expect([ping.mock.calls.length, transport.last.sent]).toEqual([1, []])
  clock.advance(120)
  transport.last.activity(true)
  expect(client.get().latency).toBe(120)
  clock.advance(1500)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat', code: 4000 } })
  client.dispose()
})

test('activity that is not a message keeps a connection alive', () => {
  const { transport, client, clock } = setup({ heartbeat: { interval: 1000, timeout: 500 } })
  transport.last.open()
  for (let n = 0; n < 10; n++) {
    clock.advance(900)
    transport.last.activity()
  }
  expect([client.get().status, transport.dials.length]).toEqual(['open', 1])
  client.dispose()
})

test('a transport may open and fail during the call of dial()', () => {
  const clock = createFakeClock()
  const client = createWebSocket('ws://test/', {
    clock,
    environment: false,
    transport: {
      dial: ({ attempt }, sink) => {
        const link = { ready: true, bufferedAmount: 0, send: () => {}, close: () => {}, abandon: () => {} }
        if (attempt === 0) sink.closed({ code: 1011 })
        else sink.opened(link, { protocol: '' })
        return link
      },
    },
  })
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { code: 1011 } })
  clock.advance(60_000)
  expect([client.get().status, client.send('hello')]).toEqual(['open', 'sent'])
  client.dispose()
})

test('messages are queued while the buffer of a transport is above the high water mark', () => {
  const { transport, client, clock } = setup({ highWaterMark: 10 })
  transport.last.open()
  transport.last.bufferedAmount = 11
  expect(client.send('later')).toBe('queued')
  transport.last.bufferedAmount = 0
  clock.advance(20)
  expect(transport.last.sent).toEqual(['later'])
  client.dispose()
})

test('an object without dial() is refused as a transport', () => {
  expect(() => createWebSocket('ws://test/', { transport: {} as never })).toThrow(
    /^transport: expected an object with dial\(\)/,
  )
})
