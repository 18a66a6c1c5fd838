/** `open`, `close`, `reconnect` and `dispose`, called in every state and inside every callback. */

import { describe, expect, test } from 'vitest'
import type { ClientEvents, Status, WebSocketClient, WebSocketOptions } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { type TestSetup, createTestClient } from '../support/createTestClient.ts'

type Call = 'open' | 'close' | 'reconnect' | 'dispose'
const calls: Call[] = ['open', 'close', 'reconnect', 'dispose']

/** Brings a client into each state. */
const states: Record<string, (setup: TestSetup, options?: WebSocketOptions) => WebSocketClient> = {
  'never opened': ({ connect }, options) => connect({ ...options, immediate: false }),
  'waiting for its URL function': ({ connect }, options) => {
    let hangs = true
    return connect(options, () => {
      if (!hangs) return 'ws://test/'
      hangs = false
      return new Promise<never>(() => {})
    })
  },
  'connecting': ({ connect }, options) => connect(options),
  'open': ({ open }, options) => open(options),
  'waiting for its next attempt': ({ server, open }, options) => {
    const client = open(options)
    server.last.drop()
    return client
  },
  'waiting the random delay after coming online': ({ server, page, open }, options) => {
    const client = open(options)
    server.last.drop()
    page.emit('online')
    return client
  },
  'waiting for shouldReconnect': ({ server, open }, options) => {
    const client = open({ ...options, reconnect: { shouldReconnect: () => new Promise<never>(() => {}) } })
    server.last.drop()
    return client
  },
  'reconnecting': ({ server, open, advanceToRetry }, options) => {
    const client = open(options)
    server.last.drop()
    advanceToRetry(client)
    return client
  },
  'suspended by a page that went away': ({ page, open }, options) => {
    const client = open(options)
    page.emit('hide')
    return client
  },
  'waiting for the reply to a ping': ({ clock, open }, options) => {
    const client = open({ ...options, heartbeat: { interval: 1000, timeout: 1000 } })
    clock.advance(1500)
    return client
  },
  'closing': ({ open }, options) => {
    const client = open(options)
    client.close()
    return client
  },
  'closed by the user': ({ server, open }, options) => {
    const client = open(options)
    client.close()
    server.last.finish()
    return client
  },
  'closed by the server': ({ server, open }, options) => {
    const client = open(options)
    server.last.close(1000)
    return client
  },
  'stopped after its last attempt': ({ server, connect }, options) => {
    const client = connect({ ...options, reconnect: { maxAttempts: 0 } })
    server.last.refuse()
    return client
  },
  'disposed': ({ open }, options) => {
    const client = open(options)
    client.dispose()
    return client
  },
}
const names = Object.keys(states)
const living = names.filter((name) => name !== 'disposed')

/** The status directly after each call. */
const expected: Record<Call, (name: string, before: Status) => Status> = {
  open: (name, before) => {
    if (name === 'disposed') return 'closed'
    if (before === 'closed' || before === 'closing') return 'connecting'
    return before
  },
  close: (name, before) => (before === 'open' || name === 'closing' ? 'closing' : 'closed'),
  reconnect: (name, before) => {
    if (name === 'disposed') return 'closed'
    return before === 'closed' || before === 'closing' || before === 'connecting' ? 'connecting' : 'reconnecting'
  },
  dispose: () => 'closed',
}

describe.each(names)('a client that is %s', (name) => {
  test.each(calls)('has the expected status directly after %s()', (call) => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    const before = client.get().status
    const statuses = recordEvents(client, 'status')
    client[call]()
    const { status } = client.get()
    expect(status).toBe(expected[call](name, before))
    expect(statuses).toEqual(status === before ? [] : [status])
    expect(setup.server.alive).toBeLessThanOrEqual(1)
    const left = [setup.clock.pending, setup.page.listeners, setup.server.alive]
    expect(status === 'closed' ? left : [0, 0, 0]).toEqual([0, 0, 0])
  })

  test.each(['open', 'close', 'dispose'] as const)('behaves the same after %s() once and twice', (call) => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    client[call]()
    const { status } = client.get()
    const dials = setup.server.connections.length
    client[call]()
    expect([client.get().status, setup.server.connections.length]).toEqual([status, dials])
  })

  test('dials at most twice on 20 calls of reconnect() in a row', () => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    const dials = setup.server.connections.length
    for (let n = 0; n < 20; n++) client.reconnect()
    expect(setup.server.connections.length - dials).toBeLessThanOrEqual(2)
    expect(setup.server.alive).toBeLessThanOrEqual(1)
  })
})

describe.each(living)('a client that is %s and not disposed', (name) => {
  test.each(['open', 'reconnect'] as const)('opens after %s() once the server accepts', (call) => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    client[call]()
    for (let n = 0; n < 100 && client.get().status !== 'open'; n++) {
      setup.clock.advance(1000)
      setup.server.connections.at(-1)?.accept()
    }
    expect(client.get()).toMatchObject({ status: 'open', attempt: 0, retryAt: undefined })
    expect(setup.server.alive).toBe(1)
  })

  test('opens after close() and open(), and ignores the previous sockets', () => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    client.close()
    client.open()
    setup.server.last.accept()
    expect(client.get().status).toBe('open')
    expect(setup.server.alive).toBe(1)
    for (const connection of setup.server.connections.slice(0, -1)) connection.drop()
    expect(client.get().status).toBe('open')
  })

  test('stays closed after close(), whatever the page does', () => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    const dials = setup.server.connections.length
    client.close()
    setup.page.emit('wake')
    setup.page.emit('online')
    setup.clock.advance(24 * 3_600_000)
    expect([client.get().status, setup.server.connections.length]).toEqual(['closed', dials])
  })

  test('ignores every call and event after dispose()', async () => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    client.dispose()
    const before = client.get()
    const dials = setup.server.connections.length
    const events: unknown[] = []
    client.on('status', (status) => events.push(status))
    client.onAny((type) => events.push(type))
    client.subscribe(() => events.push('notified'))
    client.open()
    client.reconnect()
    client.close()
    client.retain()()
    client.dispose()
    client[Symbol.dispose]()
    for (const connection of setup.server.connections) connection.drop()
    setup.page.emit('wake')
    await setup.clock.run(3_600_000)
    expect([events, setup.server.connections.length, setup.clock.pending]).toEqual([[], dials, 0])
    expect(client.get()).toBe(before)
    expect(await client.messages().next()).toEqual({ value: undefined, done: true })
  })
})

describe('close()', () => {
  test.each(
    living.filter(
      (name) =>
        !['never opened', 'closed by the user', 'closed by the server', 'stopped after its last attempt'].includes(
          name,
        ),
    ),
  )('emits one close event with the cause user and no stop event while the client is %s', (name) => {
    const setup = createTestClient()
    const client = states[name]!(setup)
    const [closes, stops] = [recordEvents(client, 'close'), recordEvents(client, 'stop')]
    client.close(4000, 'enough')
    setup.server.connections.at(-1)?.finish()
    expect(closes).toMatchObject([{ cause: 'user', final: true }])
    expect(stops).toEqual([])
    expect(client.get().lastClose).toEqual(closes[0])
  })

  test('sends the given code and reason, whether or not the closing handshake completes', () => {
    for (const finish of [true, false]) {
      const { clock, server, open } = createTestClient()
      const client = open()
      client.close(4001, 'enough')
      expect(server.last.closed).toEqual({ code: 4001, reason: 'enough' })
      if (finish) server.last.finish()
      else clock.advance(2000)
      expect(client.get().lastClose).toMatchObject({ cause: 'user', wasClean: finish, final: true })
    }
  })

  test('reports the given code and reason if open() interrupts the closing handshake', () => {
    const { server, open } = createTestClient()
    const client = open()
    const closes = recordEvents(client, 'close')
    client.close(4001, 'enough')
    client.open()
    expect(closes).toEqual([{ code: 4001, reason: 'enough', wasClean: false, cause: 'user', final: false }])
    expect([client.get().status, server.connections.length]).toEqual(['connecting', 2])
  })

  test('reports the code and reason of the server if it answered with others', () => {
    const { server, open } = createTestClient()
    const client = open()
    client.close()
    server.last.close(4005, 'me first')
    expect(client.get().lastClose).toEqual({
      code: 4005,
      reason: 'me first',
      wasClean: true,
      cause: 'user',
      final: true,
    })
  })

  test('ignores messages that arrive during the closing handshake', () => {
    const { server, open } = createTestClient()
    const client = open()
    const messages = recordEvents(client, 'message')
    client.close()
    Object.assign(server.last.socket, { readyState: 1 })
    server.last.send('late')
    Object.assign(server.last.socket, { readyState: 2 })
    expect(messages).toEqual([])
  })
})

describe.each(calls)('%s() called inside', (call) => {
  const types: (keyof ClientEvents)[] = [
    'open',
    'message',
    'close',
    'error',
    'status',
    'retry',
    'stop',
    'drop',
    'latency',
  ]

  test.each([...types, 'subscribe', 'delay', 'shouldReconnect', 'url', 'protocols', 'heartbeat.message', 'decode'])(
    '%s leaves a usable client with consistent status events',
    (place) => {
      const setup = createTestClient()
      const { clock, server } = setup
      let self: WebSocketClient | undefined
      let called = 0
      const act = (): void => {
        if (called++) return
        self![call]()
      }
      const at =
        <Value>(name: string, value: Value) =>
        (): Value => {
          if (place === name) act()
          return value
        }
      const client = (self = setup.connect(
        {
          immediate: false,
          protocols: at('protocols', undefined),
          codec: {
            encode: String,
            decode: (data) => {
              at('decode', data)()
              return data
            },
          },
          heartbeat: { interval: 1000, timeout: 1000, message: at('heartbeat.message', 'ping'), isReply: 'pong' },
          reconnect: { maxAttempts: 2, delay: at('delay', 500), shouldReconnect: at('shouldReconnect', true) },
        },
        at('url', 'ws://test/'),
      ))
      const statuses: Status[] = []
      client.on('status', (status) => statuses.push(status))
      if (place === 'subscribe') client.subscribe(act)
      for (const type of types) if (place === type) client.on(type, act)

      client.send('not sent', { queue: false })
      client.open()
      for (let round = 0; round < 6; round++) {
        if (round === 0) server.connections.at(-1)?.refuse()
        server.connections.at(-1)?.accept()
        clock.advance(1000)
        server.connections.at(-1)?.send('pong')
        server.connections.at(-1)?.send('hello')
        server.connections.at(-1)?.drop()
        expect(server.alive).toBeLessThanOrEqual(1)
        clock.advance(500)
      }
      expect(called).toBeGreaterThan(0)
      const { status } = client.get()
      // After dispose() no status event is emitted.
      expect(call === 'dispose' ? status : statuses.at(-1)).toBe(status)
      expect(statuses.filter((each, n) => each === statuses[n - 1])).toEqual([])
      expect(status).toBe('closed')

      if (call === 'dispose') return
      client.open()
      server.last.accept()
      expect(client.get().status).toBe('open')
    },
  )
})

test('all events of a loss are emitted before those of a reconnect() called inside them', () => {
  const { server, open } = createTestClient()
  const client = open()
  const events: unknown[] = []
  client.on('close', () => client.reconnect())
  client.onAny((type, value) => events.push(type === 'status' ? value : type))
  server.last.drop()
  expect(events).toEqual(['reconnecting', 'close', 'retry'])
  expect(server.connections).toHaveLength(2)
})

test('get() inside a listener returns the state that belongs to the event', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const seen: unknown[] = []
  const client = connect({ reconnect: { maxAttempts: 1 } })
  client.onAny((type) => {
    const { status, attempt, retryAt, lastClose } = client.get()
    seen.push([type, status, attempt, retryAt !== undefined, lastClose?.cause])
  })
  server.last.accept()
  server.last.drop()
  advanceToRetry(client)
  server.last.refuse()
  expect(seen).toEqual([
    ['status', 'open', 0, false, undefined],
    ['open', 'open', 0, false, undefined],
    ['status', 'reconnecting', 1, true, 'network'],
    ['close', 'reconnecting', 1, true, 'network'],
    ['retry', 'reconnecting', 1, true, 'network'],
    ['error', 'closed', 0, false, 'exhausted'],
    ['status', 'closed', 0, false, 'exhausted'],
    ['close', 'closed', 0, false, 'exhausted'],
    ['stop', 'closed', 0, false, 'exhausted'],
  ])
})

test('no callback is called after onDispose, although dispose() was called inside another one', () => {
  const { server, connect } = createTestClient()
  const called: unknown[] = []
  const client = connect({
    onStatus: (status) => called.push(status),
    onOpen: () => client.dispose(),
    onClose: () => called.push('close'),
    onDispose: () => called.push('dispose'),
  })
  server.last.accept()
  expect([called, client.get().status]).toEqual([['connecting', 'open', 'dispose'], 'closed'])
})

test('dispose() inside a listener of dispose emits nothing more', () => {
  const { open } = createTestClient()
  const client = open()
  const types: string[] = []
  client.onAny((type) => types.push(type))
  client.on('dispose', () => client.dispose())
  client.dispose()
  expect(types).toEqual(['status', 'close', 'dispose'])
})
