/** `OneShotWebSocket` and `with`: one faithful connection, for libraries that reconnect by themselves. */

import { describe, expect, test, vi } from 'vitest'
import { OptionError } from '../../src/index.ts'
import { OneShotWebSocket, ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { createTestSocket, printed, record, typesOf } from './createTestSocket.ts'

const lost = { code: 1006, reason: '', wasClean: false }

test('does not open again after a close, and dispatches no stop', async () => {
  const { clock, server, openOneShot } = createTestSocket()
  const socket = await openOneShot()
  const events = record(socket)
  server.last.close(1001)
  clock.advance(60_000)
  expect(events).toEqual([['close', 3, { code: 1001, reason: '', wasClean: true }]])
  expect([socket.readyState, socket.shouldReconnect, server.connections.length]).toEqual([3, false, 1])
})

test('send() throws InvalidStateError while connecting, and returns undefined later', async () => {
  const { server, createOneShot, settle } = createTestSocket()
  const socket = createOneShot()
  expect(() => socket.send('x')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }))
  await settle()
  server.last.accept()
  expect(socket.send('x')).toBeUndefined()
  expect(server.last.received).toEqual(['x'])
})

test('in CLOSING and CLOSED, send() discards the data and counts it in bufferedAmount', async () => {
  const { server, openOneShot } = createTestSocket()
  const socket = await openOneShot()
  socket.close()
  expect(socket.send('é')).toBeUndefined()
  expect(socket.bufferedAmount).toBe(2)
  server.last.finish()
  socket.send('abc')
  expect([socket.bufferedAmount, server.last.received, socket.drainQueuedMessages()]).toEqual([5, [], []])
})

test('a failed dial is a plain error event where the platform gives no reason, then close', async () => {
  const { server, createOneShot, settle } = createTestSocket()
  const socket = createOneShot()
  const errors: Event[] = []
  socket.addEventListener('error', (event) => errors.push(event))
  const events = record(socket)
  await settle()
  server.last.refuse()
  expect(events).toEqual([
    ['error', 3],
    ['close', 3, lost],
  ])
  expect(errors[0]!.constructor).toBe(Event)
})

test('every end has a close event, also that of a failed provider or constructor', async () => {
  const { createOneShot, settle } = createTestSocket()
  const Refused = function () {
    throw new Error('refused')
  }
  const events = [
    record(createOneShot({}, () => Promise.reject(new Error('no token')))),
    record(createOneShot({ WebSocket: Refused as never })),
  ]
  await settle()
  expect(events.map(typesOf)).toEqual([
    ['error', 'close'],
    ['error', 'close'],
  ])
})

test('three deadlines: the dial, the heartbeat and the closing handshake', async () => {
  const { clock, createOneShot, openOneShot, settle } = createTestSocket()
  const dialling = record(createOneShot({ connectionTimeout: 1000 }))
  await settle()
  clock.advance(1000)
  expect(dialling).toEqual([
    ['error', 3, 'TIMEOUT'],
    ['close', 3, lost],
  ])
  const silent = record(await openOneShot({ heartbeat: { interval: 1000, timeout: 500 } }))
  clock.advance(1500)
  expect(silent).toMatchObject([
    ['error', 3, expect.any(String)],
    ['close', 3, { code: 4000 }],
  ])
  const socket = await openOneShot()
  const closing = record(socket)
  socket.close()
  clock.advance(9999)
  expect(closing).toEqual([])
  clock.advance(1)
  expect(closing).toEqual([['close', 3, lost]])
})

test('ignores page events', async () => {
  const { page, openOneShot } = createTestSocket()
  await openOneShot()
  expect(page.listeners).toBe(0)
})

test('reconnect() throws OptionError, except before the first dial', async () => {
  const { server, createOneShot, openOneShot, settle } = createTestSocket()
  const socket = await openOneShot()
  expect(() => socket.reconnect()).toThrow(OptionError)
  socket.close()
  server.last.finish()
  expect(() => socket.reconnect()).toThrow(/^reconnect: expected/)
  const closed = createOneShot({ startClosed: true })
  closed.reconnect()
  await settle()
  server.last.accept()
  expect([closed.readyState, closed.shouldReconnect]).toEqual([1, false])
  expect(() => closed.reconnect()).toThrow(OptionError)
})

test('maxRetries 0 is not one-shot mode: it keeps the queue', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create({ maxRetries: 0 })
  socket.send('kept')
  await settle()
  server.last.accept()
  expect(server.last.received).toEqual(['kept'])
})

describe('with()', () => {
  test('returns a class of two arguments with all constants, and keeps earlier options', async () => {
    const { server, clock, settle } = createTestSocket()
    const Bound = OneShotWebSocket.with({ WebSocket: server.WebSocket, clock }).with({ connectionTimeout: 50 })
    expect([Bound.CONNECTING, Bound.OPEN, Bound.CLOSING, Bound.CLOSED]).toEqual([0, 1, 2, 3])
    const Any = Bound as unknown as typeof ReconnectingWebSocket
    const socket = new Any('ws://test/', 'v1', { reconnect: true, connectionTimeout: 5000 })
    const events = record(socket)
    await settle()
    expect(server.last.protocols).toEqual(['v1'])
    clock.advance(50)
    expect([typesOf(events), socket instanceof ReconnectingWebSocket]).toEqual([['error', 'close'], true])
    clock.advance(60_000)
    expect(server.connections).toHaveLength(1)
  })

  test('keeps the options that the constructor of a subclass passes', async () => {
    const { server, clock, page, settle } = createTestSocket()
    class Chat extends ReconnectingWebSocket {
      constructor(url: string) {
        super(url, ['chat'], { WebSocket: server.WebSocket, clock, environment: page, connectionTimeout: 5000 })
      }
    }
    const socket = new (Chat.with({ connectionTimeout: 50, reconnect: false }))('ws://test/')
    const events = record(socket)
    await settle()
    expect([server.last.protocols, socket instanceof Chat]).toEqual([['chat'], true])
    clock.advance(50)
    expect(typesOf(events)).toEqual(['error', 'close'])
  })

  test('returns a class that ignores a third argument, which libraries mean for ws', () => {
    const { server, clock } = createTestSocket()
    const Bound = OneShotWebSocket.with({ WebSocket: server.WebSocket, clock })
    const create = (...given: unknown[]): ReconnectingWebSocket => Reflect.construct(Bound, given)
    for (const third of ['no object', { closeTimeout: 0 }]) create('ws://test/', [], third).close()
    expect(() => create()).toThrow(new TypeError('expected a URL'))
  })

  test('more than 5 instances of one reconnecting class for one URL within 10 s print one warning', async () => {
    const { server, clock, page, settle } = createTestSocket()
    const options = { WebSocket: server.WebSocket, clock, environment: page }
    const sockets: ReconnectingWebSocket[] = []
    const make = (Class: ReturnType<typeof ReconnectingWebSocket.with>, count: number, url = 'ws://test/'): void => {
      for (let n = 0; n < count; n++) sockets.push(new Class(url))
    }
    const Bound = ReconnectingWebSocket.with(options)
    make(Bound, 5)
    make(Bound, 5, 'ws://other/')
    make(ReconnectingWebSocket.with(options), 5)
    make(OneShotWebSocket.with(options), 10)
    clock.advance(10_000)
    make(Bound, 5)
    expect(printed).toEqual([])
    make(Bound, 3)
    expect(printed.splice(0)).toEqual([expect.stringContaining('OneShotWebSocket')])
    for (const socket of sockets) socket.close()
    await settle()
  })
})

test('a program may replace the global WebSocket by this class', async () => {
  const { server, clock, settle } = createTestSocket()
  // The platform's constructor is read when the module is loaded.
  vi.stubGlobal('WebSocket', server.WebSocket)
  vi.resetModules()
  const { OneShotWebSocket: Class } = await import('../../src/reconnectingWebSocket/index.ts')
  vi.stubGlobal('WebSocket', Class.with({ clock }))
  const socket = new WebSocket('ws://test/')
  await settle()
  server.last.accept()
  expect([socket.readyState, server.connections.length]).toEqual([1, 1])
  socket.close()
  server.last.finish()
  vi.unstubAllGlobals()
})

test('the global constructor is read at each dial', async () => {
  const first = createTestSocket()
  const second = createTestSocket()
  vi.stubGlobal('WebSocket', first.server.WebSocket)
  const socket = new ReconnectingWebSocket('ws://test/', [], { clock: first.clock, environment: false })
  await first.settle()
  first.server.last.refuse()
  vi.stubGlobal('WebSocket', second.server.WebSocket)
  await first.retry(socket)
  expect([first.server.connections.length, second.server.connections.length]).toEqual([1, 1])
  socket.close()
  await first.settle()
  vi.unstubAllGlobals()
})

test('without a WebSocket in the runtime the constructor throws, and reconnect() of a socket that starts closed', () => {
  const { clock } = createTestSocket()
  vi.stubGlobal('WebSocket', undefined)
  expect(() => new ReconnectingWebSocket('ws://test/')).toThrow(/^WebSocket: expected a constructor/)
  const socket = new ReconnectingWebSocket('ws://test/', [], { startClosed: true, clock, environment: false })
  expect(() => socket.reconnect()).toThrow(OptionError)
  vi.unstubAllGlobals()
})

test('debug logs each event without URLs and messages', async () => {
  const { server, create, settle } = createTestSocket()
  const lines: unknown[][] = []
  const socket = create({ debug: true, debugLogger: (...line) => lines.push(line) }, 'ws://test/?token=secret')
  socket.send('secret')
  await settle()
  server.last.accept()
  server.last.send('secret')
  server.last.close(4001, 'bye')
  expect(lines).toContainEqual(['RWS>', 'close', 4001, 'bye'])
  expect(lines.map(([, type]) => type)).toEqual(expect.arrayContaining(['status', 'open', 'message', 'close', 'retry']))
  expect(lines.every(([prefix]) => prefix === 'RWS>')).toBe(true)
  expect(JSON.stringify(lines)).not.toContain('secret')
})

test('without debug nothing is logged', async () => {
  const { server, create, settle } = createTestSocket()
  let lines = 0
  create({ debugLogger: () => lines++ })
  await settle()
  server.last.accept()
  expect(lines).toBe(0)
})
