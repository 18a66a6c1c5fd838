/** `open`, `close`, `reconnect` and `dispose` in every state, and inside every callback. */

import { describe, expect, test } from 'vitest'
import type { ClientEvents, Status, WebSocketClient, WebSocketOptions } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { type TestSetup, createTestClient } from '../support/createTestClient.ts'

type Call = 'open' | 'close' | 'reconnect' | 'dispose'
const calls: Call[] = ['open', 'close', 'reconnect', 'dispose']

/** How to come into each state. */
const states: Record<string, (setup: TestSetup, options?: WebSocketOptions) => WebSocketClient> = {
  'never opened': ({ connect }, options) => connect({ ...options, immediate: false }),
  'asking for an address': ({ connect }, options) => {
    let hangs = true
    return connect(options, () => {
      if (!hangs) return 'ws://test/'
      hangs = false
      return new Promise<never>(() => {})
    })
  },
  'in the handshake': ({ connect }, options) => connect(options),
  'open': ({ open }, options) => open(options),
  'waiting for an attempt': ({ server, open }, options) => {
    const client = open(options)
    server.last.drop()
    return client
  },
  'waiting a moment after coming online': ({ server, page, open }, options) => {
    const client = open(options)
    server.last.drop()
    page.emit('online')
    return client
  },
  'waiting for a verdict': ({ server, open }, options) => {
    const client = open({ ...options, reconnect: { shouldReconnect: () => new Promise<never>(() => {}) } })
    server.last.drop()
    return client
  },
  'dialling again': ({ server, open, advanceToRetry }, options) => {
    const client = open(options)
    server.last.drop()
    advanceToRetry(client)
    return client
  },
  'gone with its page': ({ page, open }, options) => {
    const client = open(options)
    page.emit('hide')
    return client
  },
  'asking for life': ({ clock, open }, options) => {
    const client = open({ ...options, heartbeat: { interval: 1000, timeout: 1000 } })
    clock.advance(1500)
    return client
  },
  'closing': ({ open }, options) => {
    const client = open(options)
    client.close()
    return client
  },
  'closed by us': ({ server, open }, options) => {
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
  'given up': ({ server, connect }, options) => {
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

/** What each call makes of each state at once. What is not named stays as it was. */
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

describe.each(names)('%s', (name) => {
  test.each(calls)('%s()', (call) => {
    const made = createTestClient()
    const client = states[name]!(made)
    const before = client.get().status
    const statuses = recordEvents(client, 'status')
    client[call]()
    const { status } = client.get()
    expect(status).toBe(expected[call](name, before))
    expect(statuses).toEqual(status === before ? [] : [status])
    expect(made.server.alive).toBeLessThanOrEqual(1)
    const left = [made.clock.pending, made.page.listeners, made.server.alive]
    expect(status === 'closed' ? left : [0, 0, 0]).toEqual([0, 0, 0])
  })

  test.each(['open', 'close', 'dispose'] as const)('%s() twice is as once', (call) => {
    const made = createTestClient()
    const client = states[name]!(made)
    client[call]()
    const { status } = client.get()
    const dials = made.server.connections.length
    client[call]()
    expect([client.get().status, made.server.connections.length]).toEqual([status, dials])
  })

  test('reconnect() time and again makes no loop: one dial, and the rest wait', () => {
    const made = createTestClient()
    const client = states[name]!(made)
    const dials = made.server.connections.length
    for (let n = 0; n < 20; n++) client.reconnect()
    expect(made.server.connections.length - dials).toBeLessThanOrEqual(2)
    expect(made.server.alive).toBeLessThanOrEqual(1)
  })
})

describe.each(living)('%s', (name) => {
  test.each(['open', 'reconnect'] as const)('%s() leads to an open connection', (call) => {
    const made = createTestClient()
    const client = states[name]!(made)
    client[call]()
    for (let n = 0; n < 100 && client.get().status !== 'open'; n++) {
      made.clock.advance(1000)
      made.server.connections.at(-1)?.accept()
    }
    expect(client.get()).toMatchObject({ status: 'open', attempt: 0, retryAt: undefined })
    expect(made.server.alive).toBe(1)
  })

  test('close() and then open() leads to an open connection, and the socket before stays given up', () => {
    const made = createTestClient()
    const client = states[name]!(made)
    client.close()
    client.open()
    made.server.last.accept()
    expect(client.get().status).toBe('open')
    expect(made.server.alive).toBe(1)
    for (const connection of made.server.connections.slice(0, -1)) connection.drop()
    expect(client.get().status).toBe('open')
  })

  test('close() stays closed for ever after', () => {
    const made = createTestClient()
    const client = states[name]!(made)
    const dials = made.server.connections.length
    client.close()
    made.page.emit('wake')
    made.page.emit('online')
    made.clock.advance(24 * 3_600_000)
    expect([client.get().status, made.server.connections.length]).toEqual(['closed', dials])
  })

  test('after dispose() nothing does anything', async () => {
    const made = createTestClient()
    const client = states[name]!(made)
    client.dispose()
    const before = client.get()
    const dials = made.server.connections.length
    const said: unknown[] = []
    client.on('status', (status) => said.push(status))
    client.onAny((type) => said.push(type))
    client.subscribe(() => said.push('told'))
    client.open()
    client.reconnect()
    client.close()
    client.retain()()
    client.dispose()
    client[Symbol.dispose]()
    for (const connection of made.server.connections) connection.drop()
    made.page.emit('wake')
    await made.clock.run(3_600_000)
    expect([said, made.server.connections.length, made.clock.pending]).toEqual([[], dials, 0])
    expect(client.get()).toBe(before)
    expect(await client.messages().next()).toEqual({ value: undefined, done: true })
  })
})

describe('what close() tells', () => {
  test.each(
    living.filter((name) => !['never opened', 'closed by us', 'closed by the server', 'given up'].includes(name)),
  )('%s: one close with the cause user, and no stop', (name) => {
    const made = createTestClient()
    const client = states[name]!(made)
    const [closes, stops] = [recordEvents(client, 'close'), recordEvents(client, 'stop')]
    client.close(4000, 'enough')
    made.server.connections.at(-1)?.finish()
    expect(closes).toMatchObject([{ cause: 'user', final: true }])
    expect(stops).toEqual([])
    expect(client.get().lastClose).toEqual(closes[0])
  })

  test('the code and reason that were given, whether or not the handshake finishes', () => {
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

  test('the code and reason that were given, if open() does not wait for the handshake', () => {
    const { server, open } = createTestClient()
    const client = open()
    const closes = recordEvents(client, 'close')
    client.close(4001, 'enough')
    client.open()
    expect(closes).toEqual([{ code: 4001, reason: 'enough', wasClean: false, cause: 'user', final: false }])
    expect([client.get().status, server.connections.length]).toEqual(['connecting', 2])
  })

  test('what the server answered, if that was another code', () => {
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

  test('messages that arrive while closing are not heard', () => {
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

describe.each(calls)('%s() inside', (call) => {
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
    '%s',
    (place) => {
      const made = createTestClient()
      const { clock, server } = made
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
      const client = (self = made.connect(
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

      client.send('nobody there', { queue: false })
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
      // Whoever disposed has asked to hear no more.
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

test('the events of one step are told before those of a call made inside them', () => {
  const { server, open } = createTestClient()
  const client = open()
  const said: unknown[] = []
  client.on('close', () => client.reconnect())
  client.onAny((type, value) => said.push(type === 'status' ? value : type))
  server.last.drop()
  expect(said).toEqual(['reconnecting', 'close', 'retry'])
  expect(server.connections).toHaveLength(2)
})

test('a listener sees the state that its event speaks of', () => {
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
    ['error', 'reconnecting', 1, false, 'network'],
    ['status', 'closed', 0, false, 'exhausted'],
    ['close', 'closed', 0, false, 'exhausted'],
    ['stop', 'closed', 0, false, 'exhausted'],
  ])
})
