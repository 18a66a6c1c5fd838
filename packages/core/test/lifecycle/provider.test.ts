/** URLs and subprotocols from functions that never answer, throw, reject, answer late or return nothing. */

import { describe, expect, test } from 'vitest'
import type { Dial, UrlSource } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

const TEST_URL = 'ws://test/'

/** A URL function whose promises the test settles, in the order of the calls. */
const createSource = () => {
  const calls: { dial: Dial; answer(url: string | null): void; fail(error: unknown): void }[] = []
  const source: UrlSource = (dial) =>
    new Promise<string | null>((answer, fail) => {
      calls.push({ dial, answer, fail })
    })
  return { calls, source }
}

describe('a URL function', () => {
  test.each<[string, UrlSource]>([
    [
      'throws',
      () => {
        throw new Error('no token')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no token'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['returns a URL of another scheme', () => 'ftp://test/'],
    ['returns a URL with a fragment', async () => 'ws://test/#top'],
    ['returns a number', () => 5 as never],
  ])('that %s is a failed attempt with the cause provider', async (_, source) => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const errors: Error[] = []
    const client = connect({ onError: (error) => errors.push(error) }, source)
    await clock.run(0)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      attempt: 1,
      lastClose: { cause: 'provider', code: 1006, wasClean: false, final: false },
      error: { code: 'DialError' },
    })
    expect(client.get().error).toHaveProperty('cause')
    advanceToRetry(client)
    await clock.run(0)
    expect(client.get().attempt).toBe(2)
    expect([errors.length, server.connections.length]).toEqual([2, 0])
  })

  test('has the same effect as a protocols function that rejects: a failed attempt', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ protocols: () => Promise.reject(new Error('no token')) })
    await clock.run(0)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { cause: 'provider' },
      error: { message: 'the protocols function failed: no token', cause: { message: 'no token' } },
    })
    expect(server.connections).toEqual([])
    expect(consoleErrors.splice(0)).toEqual(['DialError: the protocols function failed: no token'])
  })

  test('that always fails is called once and then maxAttempts times', async () => {
    const { clock, connect } = createTestClient()
    let asked = 0
    const client = connect({ reconnect: { maxAttempts: 2 } }, async () => {
      asked++
      throw new Error('no token')
    })
    await clock.run(3_600_000)
    expect(asked).toBe(3)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
    expect(consoleErrors.splice(0)).toEqual(['DialError: the url function failed: no token'])
  })
})

describe('a URL function that never answers', () => {
  test('is aborted after connectTimeout and called again for the next attempt', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const { calls, source } = createSource()
    const client = connect({ connectTimeout: 3000 }, source)
    clock.advance(2999)
    expect([client.get().status, calls[0]!.dial.signal.aborted]).toEqual(['connecting', false])
    clock.advance(1)
    expect([client.get().status, calls[0]!.dial.signal.aborted]).toEqual(['reconnecting', true])
    advanceToRetry(client)
    calls[1]!.answer(TEST_URL)
    await clock.run(0)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('shares one deadline with the handshake', async () => {
    const { clock, server, connect } = createTestClient()
    const { calls, source } = createSource()
    const client = connect({ connectTimeout: 3000 }, source)
    clock.advance(2000)
    calls[0]!.answer(TEST_URL)
    await clock.run(0)
    clock.advance(999)
    expect(client.get().status).toBe('connecting')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
    expect(server.alive).toBe(0)
  })

  test('does not delay the call of the protocols function', () => {
    const { connect } = createTestClient()
    const asked: Dial[] = []
    connect({ protocols: (dial) => void asked.push(dial) as undefined }, () => new Promise<never>(() => {}))
    expect(asked).toHaveLength(1)
  })
})

describe('a URL function of a dial that is given up', () => {
  test.each([
    ['close()', (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.close(), 'closed'],
    ['dispose()', (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.dispose(), 'closed'],
    [
      'reconnect()',
      (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.reconnect(),
      'connecting',
    ],
  ])('by %s is aborted once, and its late answer is ignored', async (_, giveUp, status) => {
    for (const late of ['answer', 'fail'] as const) {
      const { clock, server, connect } = createTestClient()
      const { calls, source } = createSource()
      const decided: number[] = []
      const client = connect({ reconnect: { shouldReconnect: ({ code }) => decided.push(code) > 0 } }, source)
      const first = calls[0]!
      let aborts = 0
      first.dial.signal.addEventListener('abort', () => aborts++)
      giveUp(client)
      expect([aborts, client.get().status]).toEqual([1, status])
      const [errors, closes] = [recordEvents(client, 'error'), recordEvents(client, 'close')]
      const before = client.get()
      first[late](late === 'answer' ? TEST_URL : (new Error('too late') as never))
      await clock.run(0)
      expect(client.get()).toEqual(before)
      expect([errors, closes, server.connections, decided]).toEqual([[], [], [], []])
    }
  })

  test('by its deadline changes nothing when it answers or fails late, and shouldReconnect is called only for the deadline', async () => {
    const { clock, server, connect } = createTestClient()
    const { calls, source } = createSource()
    const decided: number[] = []
    const client = connect(
      { connectTimeout: 1000, reconnect: { shouldReconnect: ({ code }) => decided.push(code) > 0 } },
      source,
    )
    clock.advance(1000)
    const before = client.get()
    calls[0]!.fail(new Error('too late'))
    await clock.run(0)
    expect(client.get()).toBe(before)
    expect(decided).toEqual([1006])
    expect(server.connections).toEqual([])
  })

  test('is the only one whose signal is aborted: an open connection and its later end abort none', async () => {
    const { clock, server, connect } = createTestClient()
    const { calls, source } = createSource()
    const client = connect({}, source)
    calls[0]!.answer(TEST_URL)
    await clock.run(0)
    server.last.accept()
    client.close()
    server.last.finish()
    expect(calls[0]!.dial.signal.aborted).toBe(false)
  })

  test('may dispose the client that calls it', () => {
    const { server, connect } = createTestClient()
    const clients: { dispose(): void }[] = []
    const client = connect({ immediate: false }, () => {
      clients[0]!.dispose()
      return TEST_URL
    })
    clients.push(client)
    client.open()
    expect([client.get().status, server.alive]).toEqual(['closed', 0])
  })

  test('may close the client that calls it', () => {
    const { server, connect } = createTestClient()
    const clients: { close(): void }[] = []
    const client = connect({ immediate: false }, () => {
      clients[0]!.close()
      return TEST_URL
    })
    clients.push(client)
    client.open()
    expect([client.get().status, server.alive]).toEqual(['closed', 0])
  })
})

describe('a client without a URL', () => {
  test.each([null, ''])('given %j as URL stays closed, whatever is called', (url) => {
    const { clock, server, connect } = createTestClient()
    const events: unknown[] = []
    const client = connect({}, url)
    client.onAny((type) => events.push(type))
    client.open()
    client.reconnect()
    client.close()
    expect([client.get().status, server.connections, clock.pending, events, client.url]).toEqual([
      'closed',
      [],
      0,
      [],
      undefined,
    ])
  })

  test.each([null, undefined, ''])(
    'whose URL function answers %j stops, with the cause provider and without an error',
    async (url) => {
      const { clock, server, connect } = createTestClient()
      const events: unknown[] = []
      const client = connect({ immediate: false }, async () => url)
      client.onAny((type, value) => events.push([type, value]))
      client.open()
      await clock.run(0)
      const close = { code: 1006, reason: '', wasClean: false, final: true, cause: 'provider' }
      expect(events).toEqual([
        ['status', 'connecting'],
        ['status', 'closed'],
        ['close', close],
        ['stop', close],
      ])
      expect(client.get()).toMatchObject({ lastClose: close, error: undefined })
      expect([server.connections, clock.pending]).toEqual([[], 0])
    },
  )

  test('calls its URL function again on open()', async () => {
    const { server, connect } = createTestClient()
    let url: string | null = null
    const client = connect({}, () => url)
    expect(client.get().status).toBe('closed')
    url = TEST_URL
    client.open()
    server.last.accept()
    expect(client.get().status).toBe('open')
  })
})

describe('the URL', () => {
  test.each([
    ['http://test/a?b', 'ws://test/a?b'],
    ['https://test/', 'wss://test/'],
    ['HTTP://test/', 'ws://test/'],
    ['WSS://TEST/Path', 'WSS://TEST/Path'],
    ['ws://test', 'ws://test'],
    ['ws://test?a=b c', 'ws://test?a=b c'],
    ['https://test:443/', 'wss://test:443/'],
    ['http://test:8080/', 'ws://test:8080/'],
    ['ws://user:pw@test/', 'ws://user:pw@test/'],
    ['ws://[::1]:80/', 'ws://[::1]:80/'],
    [new URL('http://test/chat'), 'ws://test/chat'],
    [' ws:test ', 'ws://test/'],
  ])('%s is dialled as %s, by value and by function', (url, dialled) => {
    const { server, connect } = createTestClient()
    const given: string[] = []
    class Recording extends server.WebSocket {
      constructor(text: string) {
        super(text)
        given.push(text)
      }
    }
    for (const source of [url, () => url]) {
      const client = connect({ WebSocket: Recording }, source)
      expect([given.pop(), client.url]).toEqual([dialled, dialled])
    }
  })

  test('of the client is that of the current or last dial', () => {
    const { server, connect, advanceToRetry } = createTestClient()
    let n = 0
    const client = connect({ immediate: false }, () => `ws://test/${++n}`)
    expect(client.url).toBeUndefined()
    client.open()
    expect(client.url).toBe('ws://test/1')
    server.last.refuse()
    expect(client.url).toBe('ws://test/1')
    advanceToRetry(client)
    expect(client.url).toBe('ws://test/2')
  })
})

describe('the subprotocols', () => {
  test.each([
    [undefined, []],
    ['chat', ['chat']],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [() => 'chat', ['chat']],
    [() => undefined, []],
    [async () => ['bearer', 'token'], ['bearer', 'token']],
  ])('given as %o are passed to the WebSocket constructor', async (protocols, dialled) => {
    const { clock, server, connect } = createTestClient()
    connect({ ...(protocols && { protocols }) })
    await clock.run(0)
    expect(server.last.protocols).toEqual(dialled)
  })

  test('are reported in the open event as the server chose', () => {
    const { server, connect } = createTestClient()
    const opens = recordEvents(connect({ protocols: ['a', 'b'] }), 'open')
    server.last.accept('b')
    expect(opens).toMatchObject([{ protocol: 'b' }])
  })
})

test('a reconnect attempt without a WebSocket constructor fails with an error that names WebSocket', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const options = { WebSocket: server.WebSocket }
  const client = connect(options)
  server.last.refuse()
  options.WebSocket = null as never
  advanceToRetry(client)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    attempt: 2,
    error: { code: 'DialError', message: expect.stringMatching(/WebSocket of ws/), cause: { code: 'OptionError' } },
  })
  expect(consoleErrors.splice(0)).toEqual([expect.stringMatching(/^DialError: could not dial: WebSocket: expected/)])
})

test('the option WebSocket is read at each dial', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const options = { WebSocket: server.WebSocket }
  const client = connect(options)
  server.last.refuse()
  const urls: string[] = []
  options.WebSocket = class extends server.WebSocket {
    constructor(url: string) {
      super(url)
      urls.push(url)
    }
  }
  advanceToRetry(client)
  expect(urls).toEqual(['ws://test/'])
})
