/** Reconnection: what the class dispatches, when it dials, and `reconnect()`. */

import { describe, expect, test } from 'vitest'
import { ConnectTimeoutError, DialError, HeartbeatTimeoutError, OptionError } from '../../src/index.ts'
import {
  type CloseEvent,
  type ErrorEvent,
  type Options,
  ReconnectingWebSocket,
  finalByPolicy,
} from '../../src/reconnectingWebSocket/index.ts'
import { createTestSocket, record, typesOf } from './createTestSocket.ts'

const lost = { code: 1006, reason: '', wasClean: false }
/** The waits before the attempts, in ms. */
const waitsOf = (socket: {
  client: { on(type: 'retry', listener: (value: { delay: number }) => void): unknown }
}): number[] => {
  const waits: number[] = []
  socket.client.on('retry', ({ delay }) => waits.push(delay))
  return waits
}
/** The codes of the `close` events. */
const codesOf = (socket: EventTarget): number[] => {
  const codes: number[] = []
  socket.addEventListener('close', (event) => codes.push((event as CloseEvent).code))
  return codes
}

test('dispatches open, message, close and open again, with the current readyState', async () => {
  const { server, open, retry } = createTestSocket()
  const socket = await open()
  const events = record(socket)
  server.last.send('one')
  server.last.close(1001, 'restart')
  expect(socket.readyState).toBe(3)
  await retry(socket)
  expect(socket.readyState).toBe(0)
  server.last.accept()
  expect(socket.readyState).toBe(1)
  expect(events).toEqual([
    ['message', 1, 'one'],
    ['close', 3, { code: 1001, reason: 'restart', wasClean: true }],
    ['open', 1],
  ])
})

test('an error of an open socket is dispatched before its close, once', async () => {
  const { server, open } = createTestSocket()
  const events = record(await open())
  server.last.drop()
  expect(events).toEqual([
    ['error', 3, ''],
    ['close', 3, lost],
  ])
})

test('a failed dial dispatches error, then close, and the next one follows', async () => {
  const { server, create, settle, retry } = createTestSocket()
  const socket = create()
  const events = record(socket)
  await settle()
  server.last.refuse()
  expect(events).toEqual([
    ['error', 3, ''],
    ['close', 3, lost],
  ])
  await retry(socket)
  server.last.accept()
  expect(typesOf(events)).toEqual(['error', 'close', 'open'])
})

test('opens again after 1000, as both peers do', async () => {
  const { server, open, retry } = createTestSocket()
  const socket = await open()
  server.last.close(1000)
  await retry(socket)
  expect(server.connections).toHaveLength(2)
  expect(socket.shouldReconnect).toBe(true)
})

describe('the option shouldReconnectOnClose', () => {
  test('receives the actual close and ends the reconnection', async () => {
    const { server, open } = createTestSocket()
    const asked: CloseEvent[] = []
    const socket = await open({ shouldReconnectOnClose: (event) => asked.push(event) < 0 })
    const events = record(socket)
    server.last.close(4000, 'bye')
    expect(asked.map(({ code, reason, wasClean }) => [code, reason, wasClean])).toEqual([[4000, 'bye', true]])
    expect(typesOf(events)).toEqual(['close', 'stop'])
    expect(socket.shouldReconnect).toBe(false)
  })

  test('shouldReconnect is false inside the last close listener', async () => {
    const { server, open } = createTestSocket()
    const socket = await open({ shouldReconnectOnClose: () => false })
    const seen: boolean[] = []
    socket.onclose = () => seen.push(socket.shouldReconnect)
    server.last.drop()
    expect(seen).toEqual([false])
  })

  test('may return a promise', async () => {
    const { server, open, settle } = createTestSocket()
    const socket = await open({ shouldReconnectOnClose: async () => false })
    const events = record(socket)
    server.last.drop()
    expect([typesOf(events), socket.shouldReconnect]).toEqual([['error', 'close'], true])
    await settle()
    expect([typesOf(events), socket.shouldReconnect]).toEqual([['error', 'close', 'stop'], false])
  })

  test('an exception is an error event, and the policy of the core decides', async () => {
    const { server, open } = createTestSocket()
    const socket = await open({
      shouldReconnectOnClose: () => {
        throw new Error('oops')
      },
    })
    const events = record(socket)
    server.last.close(1001)
    expect(events).toEqual([
      ['error', 3, 'oops'],
      ['close', 3, { code: 1001, reason: '', wasClean: true }],
    ])
    expect(socket.client.get().retryAt).toBeDefined()
  })

  test('finalByPolicy decides as createWebSocket does', () => {
    expect([1000, 1001, 1006, 1008, 1012, 4000, 4500].filter((code) => finalByPolicy({ code }))).toEqual([
      1000, 1008, 4500,
    ])
  })
})

describe('delays', () => {
  test('without delay options, the waits are those of createWebSocket', async () => {
    const { server, create, settle, retry } = createTestSocket()
    const socket = create()
    const waits = waitsOf(socket)
    for (let n = 0; n < 3; n++) {
      await (n ? retry(socket) : settle())
      server.last.refuse()
    }
    expect(waits).toEqual([250 + 500, 250 + 1000, 250 + 2000])
  })

  test('with one delay option, a wait is never shorter than configured and at most 25 % longer', async () => {
    const { clock, server, create, settle, retry } = createTestSocket()
    const socket = create({ minReconnectionDelay: 1000 })
    const waits = waitsOf(socket)
    for (let n = 0; n < 11; n++) {
      await (n ? retry(socket) : settle())
      clock.setRandom(n % 2 ? 0 : 0.999)
      server.last.refuse()
    }
    const plain = waits.map((_, n) => Math.min(10_000, 1000 * 1.3 ** n))
    expect(waits.every((wait, n) => Math.abs(wait - plain[n]! * (n % 2 ? 1 : 1 + 0.25 * 0.999)) < 1e-6)).toBe(true)
    expect(waits.at(-1)).toBeCloseTo(10_000 * (1 + 0.25 * 0.999))
  })

  test('with jitter 0 they are exactly those of the peers', async () => {
    const { server, create, settle, retry } = createTestSocket()
    const socket = create({
      minReconnectionDelay: 1000,
      maxReconnectionDelay: 3000,
      reconnectionDelayGrowFactor: 2,
      jitter: 0,
    })
    const waits = waitsOf(socket)
    for (let n = 0; n < 4; n++) {
      await (n ? retry(socket) : settle())
      server.last.refuse()
    }
    expect(waits).toEqual([1000, 2000, 3000, 3000])
  })

  test('minReconnectionDelay 0 counts as given', async () => {
    const { server, create, settle } = createTestSocket()
    const socket = create({ minReconnectionDelay: 0 })
    const waits = waitsOf(socket)
    await settle()
    server.last.refuse()
    expect(waits).toEqual([0])
  })

  test('a hint of the server, 1012 and 1013 take precedence', async () => {
    const { server, open, retry } = createTestSocket()
    const socket = await open({ minReconnectionDelay: 100, jitter: 0 })
    const waits = waitsOf(socket)
    for (const [code, reason] of [
      [1012, ''],
      [1013, ''],
      [4000, '{"in":[50,50]}'],
    ] as const) {
      server.last.close(code, reason)
      await retry(socket)
      server.last.accept()
    }
    expect(waits).toEqual([5000, 17_500, 50])
  })
})

test('minUptime: retryCount counts attempts since the last connection that stayed open for it', async () => {
  const { clock, server, create, settle, retry } = createTestSocket()
  const socket = create({ minUptime: 3000 })
  expect(socket.retryCount).toBe(0)
  await settle()
  server.last.refuse()
  expect(socket.retryCount).toBe(1)
  await retry(socket)
  server.last.accept()
  expect(socket.retryCount).toBe(1)
  clock.advance(2999)
  expect(socket.retryCount).toBe(1)
  server.last.drop()
  expect(socket.retryCount).toBe(2)
  await retry(socket)
  server.last.accept()
  clock.advance(3000)
  expect(socket.retryCount).toBe(0)
  server.last.drop()
  expect(socket.retryCount).toBe(1)
})

test('maxRetries: after the last error and close, stop is dispatched, and shouldReconnect is false', async () => {
  const { server, create, settle, retry } = createTestSocket()
  const socket = create({ maxRetries: 1 })
  const events = record(socket)
  await settle()
  server.last.refuse()
  await retry(socket)
  server.last.refuse()
  expect(typesOf(events)).toEqual(['error', 'close', 'error', 'close', 'stop'])
  expect([socket.shouldReconnect, socket.readyState, socket.retryCount]).toEqual([false, 3, 1])
  expect(server.connections).toHaveLength(2)
})

test('connectionTimeout: an ErrorEvent TIMEOUT with our error, then close 1006', async () => {
  const { clock, create, settle } = createTestSocket()
  const socket = create({ connectionTimeout: 4000 })
  const events = record(socket)
  const errors: ErrorEvent[] = []
  socket.onerror = (event) => errors.push(event)
  await settle()
  clock.advance(3999)
  expect(events).toEqual([])
  clock.advance(1)
  expect(events).toEqual([
    ['error', 3, 'TIMEOUT'],
    ['close', 3, lost],
  ])
  expect(errors[0]!.error).toBeInstanceOf(ConnectTimeoutError)
})

test('the default connectionTimeout is 10 s', async () => {
  const { clock, create, settle } = createTestSocket()
  const events = record(create())
  await settle()
  clock.advance(9999)
  expect(events).toEqual([])
  clock.advance(1)
  expect(events).toHaveLength(2)
})

test('heartbeat: a connection without replies ends with an error and close 4000 at once', async () => {
  const { clock, server, open } = createTestSocket()
  const socket = await open({ heartbeat: { interval: 1000, timeout: 1000 } })
  const events = record(socket)
  const errors: unknown[] = []
  socket.onerror = ({ error }) => errors.push(error)
  clock.advance(1000)
  expect(server.last.received).toEqual(['ping'])
  clock.advance(1000)
  expect(events).toEqual([
    ['error', 3, 'sent "ping", expected "pong", but received nothing for 2000 ms'],
    ['close', 3, { code: 4000, reason: '', wasClean: false }],
  ])
  expect(errors[0]).toBeInstanceOf(HeartbeatTimeoutError)
})

test('heartbeat replies are hidden, and other messages are not', async () => {
  const { clock, server, open } = createTestSocket()
  const events = record(await open({ heartbeat: { interval: 1000, timeout: 1000 } }))
  clock.advance(1000)
  server.last.send('pong')
  server.last.send('hello')
  expect(events).toEqual([['message', 1, 'hello']])
})

describe('a provider', () => {
  test('is called at each dial, and url is empty before its first answer', async () => {
    const { server, create, settle, retry } = createTestSocket()
    let count = 0
    const socket = create(
      {},
      () => `ws://test/${++count}`,
      () => [`v${count}`],
    )
    expect([socket.url, socket.readyState]).toEqual(['', 0])
    await settle()
    expect([socket.url, server.last.protocols]).toEqual(['ws://test/1', ['v1']])
    server.last.refuse()
    await retry(socket)
    expect([socket.url, server.last.protocols]).toEqual(['ws://test/2', ['v2']])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no token')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no token'))],
  ])('that %s is an error event without close, and another attempt follows', async (_, fail) => {
    const { server, create, settle, retry } = createTestSocket()
    let fails = true
    const socket = create({}, () => (fails ? fail() : 'ws://test/'))
    const errors: unknown[] = []
    socket.onerror = ({ error }) => errors.push(error)
    const events = record(socket)
    await settle()
    expect(events).toEqual([['error', 3, 'the url function failed: no token']])
    expect(errors[0]).toBeInstanceOf(DialError)
    fails = false
    await retry(socket)
    server.last.accept()
    expect(typesOf(events)).toEqual(['error', 'open'])
  })

  test('that returns an invalid URL or protocol is a failed attempt, and the error does not contain it', async () => {
    const { create, settle } = createTestSocket()
    const first = record(create({}, () => 'http://user:secret@host/path?token=secret#x'))
    const second = record(create({}, 'ws://test/', () => ['secret token']))
    await settle()
    expect([typesOf(first), typesOf(second)]).toEqual([['error'], ['error']])
    expect(`${JSON.stringify([first, second])}`).not.toContain('secret')
  })

  test('that never settles is abandoned after connectionTimeout, without close', async () => {
    const { clock, create, settle } = createTestSocket()
    const signals: AbortSignal[] = []
    const socket = create({ connectionTimeout: 1000 }, ({ signal }) => {
      signals.push(signal)
      return new Promise<string>(() => {})
    })
    const events = record(socket)
    await settle()
    clock.advance(1000)
    expect(events).toEqual([['error', 3, 'TIMEOUT']])
    expect(signals[0]!.aborted).toBe(true)
    expect(socket.client.get().retryAt).toBeDefined()
  })
})

describe('reconnect()', () => {
  test('abandons an open socket: close with the arguments, then a dial at once', async () => {
    const { server, open, settle } = createTestSocket()
    const socket = await open()
    const events = record(socket)
    const { last } = server
    socket.reconnect(4001, 'switch')
    expect(events).toEqual([['close', 3, { code: 4001, reason: 'switch', wasClean: false }]])
    expect([socket.readyState, socket.send('queued')]).toEqual([2, false])
    await settle()
    expect(socket.readyState).toBe(0)
    expect([last.closed, server.connections.length]).toEqual([{ code: 4001, reason: 'switch' }, 2])
    server.last.accept()
    last.finish()
    expect(typesOf(events)).toEqual(['close', 'open'])
  })

  test('without arguments closes with 1000', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    const events = record(socket)
    socket.reconnect()
    expect([server.last.closed, events]).toEqual([
      { code: 1000, reason: '' },
      [['close', 3, { code: 1000, reason: '', wasClean: false }]],
    ])
  })

  test('dials at most once in 5 s without delay, else after the first delay', async () => {
    const { clock, server, open, settle, retry } = createTestSocket()
    const socket = await open({ minReconnectionDelay: 1000, jitter: 0 })
    socket.reconnect()
    await settle()
    server.last.accept()
    socket.reconnect()
    server.last.finish()
    await settle()
    expect([server.connections.length, socket.readyState, socket.retryCount]).toEqual([2, 3, 0])
    expect(socket.client.get().retryAt).toBe(clock.now() + 1000)
    await retry(socket)
    expect(server.connections).toHaveLength(3)
  })

  test('opens a closed socket, and sends what was queued meanwhile', async () => {
    const { server, open, settle } = createTestSocket()
    const socket = await open()
    socket.close()
    server.last.finish()
    socket.reconnect()
    socket.send('later')
    expect(socket.shouldReconnect).toBe(true)
    await settle()
    server.last.accept()
    expect(server.last.received).toEqual(['later'])
  })

  test('dials after maxRetries, during a wait and while a provider is pending', async () => {
    const { server, create, settle } = createTestSocket()
    const socket = create({ maxRetries: 0 })
    await settle()
    server.last.refuse()
    socket.reconnect()
    await settle()
    expect([server.connections.length, socket.shouldReconnect]).toEqual([2, true])
    const waiting = create({})
    await settle()
    server.last.refuse()
    waiting.reconnect()
    await settle()
    expect(server.connections).toHaveLength(4)
    let answers = 0
    const pending = create({}, () => (++answers === 1 ? new Promise<string>(() => {}) : 'ws://test/'))
    const events = record(pending)
    pending.reconnect()
    await settle()
    server.last.accept()
    expect(events).toEqual([['open', 1]])
  })

  test('in a close listener dials once', async () => {
    const { server, open, settle } = createTestSocket()
    const socket = await open()
    socket.addEventListener('close', () => socket.reconnect(), { once: true })
    server.last.drop()
    await settle()
    expect([server.connections.length, socket.readyState]).toEqual([2, 0])
  })

  test('in its own close listener dials once', async () => {
    const { server, open, settle } = createTestSocket()
    const socket = await open()
    socket.addEventListener('close', () => socket.reconnect(), { once: true })
    socket.reconnect()
    await settle()
    expect([server.connections.length, socket.readyState]).toEqual([2, 0])
  })

  test('checks its arguments as close() does', async () => {
    const { open } = createTestSocket()
    const socket = await open()
    expect(() => socket.reconnect(1001)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }))
    expect(socket.readyState).toBe(1)
  })
})

describe('startClosed', () => {
  test('dials at reconnect(), and queues before', async () => {
    const { server, create, settle } = createTestSocket()
    const socket = create({ startClosed: true })
    socket.send('early')
    await settle()
    expect([server.connections.length, socket.readyState, socket.shouldReconnect]).toEqual([0, 3, false])
    socket.reconnect()
    expect([socket.readyState, socket.shouldReconnect]).toEqual([0, true])
    await settle()
    server.last.accept()
    expect(server.last.received).toEqual(['early'])
  })
})

test('an abandoned socket calls no listener of the class', async () => {
  const { clock, server, create, settle } = createTestSocket()
  const socket = create({ connectionTimeout: 1000 })
  const events = record(socket)
  await settle()
  const { last } = server
  clock.advance(1000)
  last.accept()
  last.send('late')
  last.drop()
  expect(typesOf(events)).toEqual(['error', 'close'])
  expect(typeof last.socket.onerror).toBe('function')
})

test('page events: it dials again when the page is shown, as createWebSocket does', async () => {
  const { server, page, open, settle } = createTestSocket()
  const socket = await open()
  const events = record(socket)
  page.emit('hide')
  expect([typesOf(events), socket.readyState]).toEqual([['close'], 3])
  page.emit('wake')
  await settle()
  server.last.accept()
  expect(typesOf(events)).toEqual(['close', 'open'])
})

test('a hint during a dial: the next one begins before the close event, whose listener reads 3', async () => {
  const { clock, server, page, create, settle } = createTestSocket()
  const socket = create()
  const events = record(socket)
  await settle()
  clock.advance(100)
  page.emit('wake')
  server.last.refuse()
  expect(events).toEqual([
    ['error', 3, ''],
    ['close', 3, lost],
  ])
  expect(socket.readyState).toBe(0)
  await settle()
  server.last.accept()
  expect(socket.readyState).toBe(1)
})

test.each([
  ['minReconnectionDelay', Number.NaN],
  ['maxReconnectionDelay', -1],
  ['reconnectionDelayGrowFactor', '2'],
  ['jitter', -1],
  ['minUptime', -1],
  ['connectionTimeout', 0],
  ['maxRetries', Number.NaN],
  ['maxEnqueuedMessages', -1],
  ['maxEnqueuedBytes', Number.NaN],
  ['closeTimeout', 0],
  ['shouldReconnectOnClose', true],
  ['debugLogger', 'log'],
  ['debug', 'yes'],
  ['startClosed', 1],
  ['reconnect', 'no'],
  ['heartbeat', 'yes'],
  ['environment', 5],
  ['environment', true],
  ['environment', {}],
  ['clock', 5],
  ['clock', {}],
  ['WebSocket', {}],
])('OptionError names the option %s for the value %j', (name, value) => {
  const { create } = createTestSocket()
  expect(() => create({ [name]: value })).toThrow(OptionError)
  expect(() => create({ [name]: value })).toThrow(new RegExp(`^${name}: expected`))
})

test('OptionError names the part of heartbeat', () => {
  const { create } = createTestSocket()
  expect(() => create({ heartbeat: { interval: 0 } })).toThrow(/^heartbeat.interval: expected/)
})

test.each([5, 'text', () => {}])('OptionError names options for the argument %j', (options) => {
  expect(() => new ReconnectingWebSocket('ws://test/', [], options as Options)).toThrow(/^options: expected object/)
})

test('null for an option is its default, and null for all options is none', async () => {
  const { server, open, retry } = createTestSocket()
  const names = `minReconnectionDelay maxReconnectionDelay reconnectionDelayGrowFactor jitter minUptime connectionTimeout maxRetries
    maxEnqueuedMessages maxEnqueuedBytes closeTimeout startClosed debug debugLogger shouldReconnectOnClose reconnect heartbeat`
  const socket = await open(Object.fromEntries(names.split(/\s+/).map((name) => [name, null])))
  const waits = waitsOf(socket)
  server.last.close(1001)
  await retry(socket)
  server.last.accept()
  expect([waits, socket.readyState]).toEqual([[250 + 500], 1])
  expect(() => new ReconnectingWebSocket('ws://test/', [], null as never)).toThrow(/^WebSocket: expected/)
})

test('an unknown option is ignored', () => {
  const { create } = createTestSocket()
  create({ nonsense: 1 } as never)
})

describe('close() and reconnect() in a listener', () => {
  test.each([1011, 4001])(
    'of a close with %i: close(), then reconnect() reconnects after each later close',
    async (code) => {
      const { server, open, settle, retry } = createTestSocket()
      const socket = await open()
      const listener = (): void => {
        socket.close()
        socket.reconnect()
      }
      socket.addEventListener('close', listener, { once: true })
      const events = record(socket)
      server.last.close(code)
      await settle()
      server.last.accept()
      expect(socket.shouldReconnect).toBe(true)
      server.last.close(code)
      await retry(socket)
      server.last.accept()
      expect(typesOf(events)).toEqual(['close', 'open', 'close', 'open'])
    },
  )

  test.each([
    ['open', 2, [3000, 1006]],
    ['message', 2, [3000, 1006]],
    ['close', 3, [1001]],
  ])(
    'of %s: reconnect(), then close() at readyState %i ends with the closes %j',
    async (type, readyState, expected) => {
      const { server, create, settle } = createTestSocket()
      const socket = create()
      const states: number[] = []
      const listener = (): void => {
        socket.reconnect(3000)
        states.push(socket.readyState)
        socket.close()
        states.push(socket.readyState)
      }
      await settle()
      socket.addEventListener(type, listener, { once: true })
      const codes = codesOf(socket)
      server.last.accept()
      if (type === 'message') server.last.send('hello')
      if (type === 'close') server.last.close(1001)
      await settle()
      expect(states).toEqual([readyState, readyState])
      expect([codes, socket.readyState, socket.shouldReconnect]).toEqual([expected, 3, false])
    },
  )

  test('of the error of a closed dial: reconnect(), then close() ends with one close', async () => {
    const { create, settle } = createTestSocket()
    const socket = create()
    const listener = (): void => {
      socket.reconnect()
      socket.close()
    }
    socket.addEventListener('error', listener, { once: true })
    const events = record(socket)
    socket.close()
    await settle()
    expect(typesOf(events)).toEqual(['error', 'close'])
    expect([socket.readyState, socket.shouldReconnect]).toEqual([3, false])
  })

  test('of the close that reconnect() dispatches: the last call decides', async () => {
    const { create, settle } = createTestSocket()
    const socket = create()
    const listener = (): void => {
      socket.reconnect()
      socket.close()
    }
    socket.addEventListener('close', listener, { once: true })
    const codes = codesOf(socket)
    socket.close()
    socket.reconnect()
    expect([socket.readyState, socket.shouldReconnect]).toEqual([2, false])
    await settle()
    expect([codes, socket.readyState]).toEqual([[1006, 1006], 3])
  })
})
