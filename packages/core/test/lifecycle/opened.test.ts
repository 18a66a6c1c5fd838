/** `opened()`: a promise of an open connection, with a signal and a deadline. */

import { describe, expect, test } from 'vitest'
import type { WebSocketClient } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** Whether a promise is pending, fulfilled or rejected, and with what. */
const follow = (promise: Promise<unknown>): { outcome: unknown } => {
  const state: { outcome: unknown } = { outcome: 'pending' }
  promise.then(
    (value) => (state.outcome = ['fulfilled', value]),
    (error) => (state.outcome = ['rejected', error]),
  )
  return state
}
const first = { reconnected: false, attempt: 0, protocol: '' }
const again = { reconnected: true, attempt: 1, protocol: '' }
const closedWith = (cause: object | undefined): unknown => [
  'rejected',
  expect.objectContaining({ code: 'DialError', message: 'the client is closed', cause }),
]

describe('opened()', () => {
  test('resolves when the connection opens, and at once with the same values while it is open', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect()
    const waiting = follow(client.opened())
    await clock.run(0)
    expect(waiting.outcome).toBe('pending')
    server.last.accept()
    const opens: unknown[] = []
    await clock.run(0)
    expect(waiting.outcome).toEqual(['fulfilled', first])
    opens.push(await client.opened(), await client.opened())
    expect(opens).toEqual([first, first])
  })

  test('resolves with the info of the connection that is open, in every listener of its events', async () => {
    const { clock, server, open, advanceToRetry } = createTestClient()
    const client = open()
    const asked: Promise<unknown>[] = []
    const stop = client.onAny(() => void asked.push(client.opened()))
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
    stop()
    await clock.run(0)
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(await Promise.all(asked)).toEqual(asked.map(() => again))
  })

  test('waits through failed attempts', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const client = connect()
    const waiting = follow(client.opened())
    for (let attempt = 1; attempt <= 3; attempt++) {
      server.last.refuse()
      advanceToRetry(client)
    }
    expect(waiting.outcome).toBe('pending')
    server.last.accept()
    await clock.run(0)
    expect(waiting.outcome).toEqual(['fulfilled', { reconnected: false, attempt: 3, protocol: '' }])
  })

  test.each<
    [string, (client: WebSocketClient, setup: ReturnType<typeof createTestClient>) => void, object | undefined]
  >([
    ['close() during a dial', (client) => client.close(), { code: 1000, cause: 'user' }],
    [
      'a refused dial without reconnect',
      (_, { server }) => server.last.refuse(),
      { code: 'DialError', message: 'could not dial' },
    ],
    [
      'a final close code',
      (_, { server }) => {
        server.last.accept()
        server.last.close(1008, 'no')
      },
      { code: 1008, reason: 'no', final: true, cause: 'server' },
    ],
  ])('rejects with the last close as cause after %s', async (_, end, cause) => {
    const setup = createTestClient()
    const client = setup.connect({ reconnect: false })
    const { signal } = new AbortController()
    const waiting = follow(client.opened({ signal, timeout: 1e6 }))
    if (cause && 'reason' in cause) {
      // It was open in between, so only a later call rejects.
      end(client, setup)
      await setup.clock.run(0)
      expect(waiting.outcome).toEqual(['fulfilled', first])
    } else {
      end(client, setup)
      await setup.clock.run(0)
      expect(waiting.outcome).toEqual(closedWith(expect.objectContaining(cause!)))
    }
    const late = follow(client.opened())
    await setup.clock.run(0)
    expect(late.outcome).toEqual(closedWith(expect.objectContaining(cause!)))
    expect(setup.clock.pending).toBe(0)
  })

  test('rejects after dispose(), also without any close before', async () => {
    const { clock, connect } = createTestClient()
    const client = connect()
    const waiting = follow(client.opened())
    client.dispose()
    const late = follow(client.opened())
    await clock.run(0)
    expect([waiting.outcome, late.outcome]).toEqual([closedWith(undefined), closedWith(undefined)])
  })

  test('rejects in a listener of the event dispose', async () => {
    const { clock, open } = createTestClient()
    const client = open()
    let late: { outcome: unknown } | undefined
    client.on('dispose', () => (late = follow(client.opened())))
    client.dispose()
    await clock.run(0)
    expect(late!.outcome).toEqual(closedWith({ ...client.get().lastClose }))
  })

  test('rejects after close() of a client that was never open', async () => {
    for (const options of [{ immediate: false }, { lazy: true }]) {
      const { clock, connect } = createTestClient()
      const client = connect(options)
      const waiting = follow(client.opened({ timeout: 1e6 }))
      await clock.run(0)
      expect(waiting.outcome).toBe('pending')
      client.close()
      await clock.run(0)
      expect([waiting.outcome, clock.pending]).toEqual([closedWith(undefined), 0])
    }
  })

  test('rejects when the closing handshake has ended, and resolves if open() is called before', async () => {
    for (const reopens of [false, true]) {
      const { clock, server, open } = createTestClient()
      const client = open()
      client.close()
      const waiting = follow(client.opened())
      await clock.run(0)
      expect([client.get().status, waiting.outcome]).toEqual(['closing', 'pending'])
      if (reopens) client.open()
      else server.last.finish()
      server.last.accept()
      await clock.run(0)
      expect(waiting.outcome).toEqual(
        reopens
          ? ['fulfilled', { ...again, attempt: 0 }]
          : closedWith(expect.objectContaining({ code: 1000, cause: 'user' })),
      )
    }
  })

  test('rejects when shouldReconnect refuses, and waits while it is pending', async () => {
    const { clock, server, open } = createTestClient()
    let decide: ((decision: boolean) => void) | undefined
    const client = open({
      reconnect: { shouldReconnect: () => new Promise<boolean>((resolve) => void (decide = resolve)) },
    })
    server.last.drop()
    const waiting = follow(client.opened())
    await clock.run(0)
    expect(waiting.outcome).toBe('pending')
    decide!(false)
    await clock.run(0)
    expect(waiting.outcome).toEqual(closedWith(expect.objectContaining({ final: true, cause: 'network' })))
  })

  test.each([null, ''])(
    'rejects at once for a client whose URL is %j, given as value or by a function',
    async (url) => {
      const { clock, connect } = createTestClient()
      const outcomes = [connect({}, url), connect({}, () => url)].map((client) => follow(client.opened()))
      await clock.run(0)
      expect(outcomes.map(({ outcome }) => outcome)).toEqual([
        closedWith(undefined),
        closedWith(expect.objectContaining({ final: true, cause: 'provider' })),
      ])
    },
  )

  test('waits before the first open(), and rejects at once after close()', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ immediate: false })
    const waiting = follow(client.opened())
    await clock.run(0)
    expect(waiting.outcome).toBe('pending')
    client.open()
    server.last.accept()
    await clock.run(0)
    expect(waiting.outcome).toEqual(['fulfilled', first])
    client.close()
    server.last.finish()
    await expect(client.opened()).rejects.toThrow('closed')
  })

  test('waits while a lazy client has no user, and rejects while it has one and is closed', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ lazy: true, linger: 0 })
    for (const info of [first, { ...again, attempt: 0 }]) {
      const waiting = follow(client.opened())
      await clock.run(0)
      expect(waiting.outcome).toBe('pending')
      const release = client.retain()
      server.last.accept()
      await clock.run(0)
      expect(waiting.outcome).toEqual(['fulfilled', info])
      release()
      await clock.run(0)
    }
    client.retain()
    client.close()
    await expect(client.opened()).rejects.toThrow('closed')
    client.dispose()
    await expect(client.opened()).rejects.toThrow('closed')
  })

  test('rejects with ConnectTimeoutError after timeout ms', async () => {
    const { clock, connect } = createTestClient()
    const client = connect()
    const waiting = follow(client.opened({ timeout: 500 }))
    await clock.run(499)
    expect(waiting.outcome).toBe('pending')
    await clock.run(1)
    expect(waiting.outcome).toEqual([
      'rejected',
      expect.objectContaining({ code: 'ConnectTimeoutError', message: 'not open within 500 ms' }),
    ])
    expect(client.get().status).toBe('connecting')
  })

  test('rejects with the reason of the signal, at once if it is aborted already', async () => {
    const { clock, connect, open } = createTestClient()
    const controller = new AbortController()
    const waiting = follow(connect().opened({ signal: controller.signal }))
    const reason = new Error('the user has left')
    controller.abort(reason)
    const late = follow(open().opened({ signal: controller.signal }))
    await clock.run(0)
    expect([waiting.outcome, late.outcome]).toEqual([
      ['rejected', reason],
      ['rejected', reason],
    ])
  })

  test.each([Number.NaN, -1, '5', null])('rejects with an OptionError for the timeout %j', async (timeout) => {
    const { connect } = createTestClient()
    await expect(connect().opened({ timeout: timeout as never })).rejects.toThrow(/^timeout: expected a number from 0/)
  })

  test('leaves no timer and no listener, however it ends', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ connectTimeout: Infinity })
    const controller = new AbortController()
    const listeners = new Set<unknown>()
    const { signal } = controller
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
      listeners.add(given[1])
      addEventListener.apply(signal, given)
    }
    signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
      listeners.delete(given[1])
      removeEventListener.apply(signal, given)
    }
    const before = clock.pending
    const ends: [options: { signal?: AbortSignal; timeout?: number }, end: () => void][] = [
      [{ signal, timeout: 1 }, () => clock.advance(1)],
      [{ signal, timeout: 1000 }, () => server.last.accept()],
      [{ signal, timeout: 1000 }, () => {}],
      [{ signal, timeout: 1000 }, () => client.close()],
      [{ signal, timeout: 1000 }, () => server.last.finish()],
      [{ signal, timeout: 1000 }, () => controller.abort()],
    ]
    for (const [options, end] of ends) {
      const waiting = follow(client.opened(options))
      end()
      if (client.get().status === 'closing') server.last.finish()
      await clock.run(0)
      expect(waiting.outcome).not.toBe('pending')
      expect([listeners.size, clock.pending <= before]).toEqual([0, true])
    }
  })
})
