/** Addresses and subprotocols from functions: when they hang, throw, reject, come late or have nothing to say. */

import { describe, expect, test } from 'vitest'
import type { Dial, UrlSource } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { createTestClient } from '../support/createTestClient.ts'

const ADDRESS = 'ws://test/'

/** Promises answered by hand, in the order in which they were asked for. */
const questions = () => {
  const asked: { dial: Dial; answer(url: string | null): void; fail(error: unknown): void }[] = []
  const source: UrlSource = (dial) =>
    new Promise<string | null>((answer, fail) => {
      asked.push({ dial, answer, fail })
    })
  return { asked, source }
}

describe('a provider that fails is a failed attempt', () => {
  test.each<[string, UrlSource]>([
    [
      'throws',
      () => {
        throw new Error('no token')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no token'))],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['answers an address of another scheme', () => 'ftp://test/'],
    ['answers an address with a fragment', async () => 'ws://test/#top'],
    ['answers something else', () => 5 as never],
  ])('%s', async (_, source) => {
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

  test('also when it is the one of the subprotocols', async () => {
    const { clock, server, connect } = createTestClient()
    const client = connect({ protocols: () => Promise.reject(new Error('no token')) })
    await clock.run(0)
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { cause: 'provider' },
      error: { cause: { message: 'no token' } },
    })
    expect(server.connections).toEqual([])
  })

  test('and attempts have their limit', async () => {
    const { clock, connect } = createTestClient()
    let asked = 0
    const client = connect({ reconnect: { maxAttempts: 2 } }, async () => {
      asked++
      throw new Error('no token')
    })
    await clock.run(3_600_000)
    expect(asked).toBe(3)
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { cause: 'exhausted' } })
  })
})

describe('a provider that hangs', () => {
  test('is given up after connectTimeout, its signal aborted, and asked afresh', async () => {
    const { clock, server, connect, advanceToRetry } = createTestClient()
    const { asked, source } = questions()
    const client = connect({ connectTimeout: 3000 }, source)
    clock.advance(2999)
    expect([client.get().status, asked[0]!.dial.signal.aborted]).toEqual(['connecting', false])
    clock.advance(1)
    expect([client.get().status, asked[0]!.dial.signal.aborted]).toEqual(['reconnecting', true])
    advanceToRetry(client)
    asked[1]!.answer(ADDRESS)
    await clock.run(0)
    server.last.accept()
    expect(client.get().status).toBe('open')
  })

  test('shares its time with the handshake: the deadline is one', async () => {
    const { clock, server, connect } = createTestClient()
    const { asked, source } = questions()
    const client = connect({ connectTimeout: 3000 }, source)
    clock.advance(2000)
    asked[0]!.answer(ADDRESS)
    await clock.run(0)
    clock.advance(999)
    expect(client.get().status).toBe('connecting')
    clock.advance(1)
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout' } })
    expect(server.alive).toBe(0)
  })

  test('does not keep the one of the subprotocols from being asked', () => {
    const { connect } = createTestClient()
    const asked: Dial[] = []
    connect({ protocols: (dial) => void asked.push(dial) as undefined }, () => new Promise<never>(() => {}))
    expect(asked).toHaveLength(1)
  })
})

describe('a dial given up', () => {
  test.each([
    ['close()', (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.close(), 'closed'],
    ['dispose()', (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.dispose(), 'closed'],
    [
      'reconnect()',
      (client: ReturnType<ReturnType<typeof createTestClient>['connect']>) => client.reconnect(),
      'connecting',
    ],
  ])('by %s aborts the signal once; what its provider answers later is not used', async (_, giveUp, status) => {
    for (const late of ['answer', 'fail'] as const) {
      const { clock, server, connect } = createTestClient()
      const { asked, source } = questions()
      const judged: number[] = []
      const client = connect({ reconnect: { shouldReconnect: ({ code }) => judged.push(code) > 0 } }, source)
      const first = asked[0]!
      let aborts = 0
      first.dial.signal.addEventListener('abort', () => aborts++)
      giveUp(client)
      expect([aborts, client.get().status]).toEqual([1, status])
      const [errors, closes] = [recordEvents(client, 'error'), recordEvents(client, 'close')]
      const before = client.get()
      first[late](late === 'answer' ? ADDRESS : (new Error('too late') as never))
      await clock.run(0)
      expect(client.get()).toEqual(before)
      expect([errors, closes, server.connections, judged]).toEqual([[], [], [], []])
    }
  })

  test('by its deadline: the late answer and the late failure change nothing, and nobody is asked about them', async () => {
    const { clock, server, connect } = createTestClient()
    const { asked, source } = questions()
    const judged: number[] = []
    const client = connect(
      { connectTimeout: 1000, reconnect: { shouldReconnect: ({ code }) => judged.push(code) > 0 } },
      source,
    )
    clock.advance(1000)
    const before = client.get()
    asked[0]!.fail(new Error('too late'))
    await clock.run(0)
    expect(client.get()).toBe(before)
    expect(judged).toEqual([1006])
    expect(server.connections).toEqual([])
  })

  test('a signal is not aborted by the success of its dial, nor by the later end of the connection', async () => {
    const { clock, server, connect } = createTestClient()
    const { asked, source } = questions()
    const client = connect({}, source)
    asked[0]!.answer(ADDRESS)
    await clock.run(0)
    server.last.accept()
    client.close()
    server.last.finish()
    expect(asked[0]!.dial.signal.aborted).toBe(false)
  })

  test('a provider may dispose of the client that asks it', () => {
    const { server, connect } = createTestClient()
    const clients: { dispose(): void }[] = []
    const client = connect({ immediate: false }, () => {
      clients[0]!.dispose()
      return ADDRESS
    })
    clients.push(client)
    client.open()
    expect([client.get().status, server.alive]).toEqual(['closed', 0])
  })

  test('a provider may close the client that asks it', () => {
    const { server, connect } = createTestClient()
    const clients: { close(): void }[] = []
    const client = connect({ immediate: false }, () => {
      clients[0]!.close()
      return ADDRESS
    })
    clients.push(client)
    client.open()
    expect([client.get().status, server.alive]).toEqual(['closed', 0])
  })
})

describe('no address', () => {
  test.each([null, undefined, ''])('given as %j: stays closed, whatever is called', (url) => {
    const { clock, server, connect } = createTestClient()
    const said: unknown[] = []
    const client = connect({}, url)
    client.onAny((type) => said.push(type))
    client.open()
    client.reconnect()
    client.close()
    expect([client.get().status, server.connections, clock.pending, said, client.url]).toEqual([
      'closed',
      [],
      0,
      [],
      undefined,
    ])
  })

  test.each([null, undefined, ''])('answered as %j: stays closed, without an error, a close or a stop', async (url) => {
    const { clock, server, connect } = createTestClient()
    const said: unknown[] = []
    const client = connect({ immediate: false }, async () => url)
    client.onAny((type, value) => said.push([type, value]))
    client.open()
    await clock.run(0)
    expect(said).toEqual([
      ['status', 'connecting'],
      ['status', 'closed'],
    ])
    expect([server.connections, clock.pending, client.get().lastClose]).toEqual([[], 0, undefined])
  })

  test('becomes one: open() asks again', async () => {
    const { server, connect } = createTestClient()
    let url: string | null = null
    const client = connect({}, () => url)
    expect(client.get().status).toBe('closed')
    url = ADDRESS
    client.open()
    server.last.accept()
    expect(client.get().status).toBe('open')
  })
})

describe('the address', () => {
  test.each([
    ['http://test/a?b', 'ws://test/a?b'],
    ['https://test/', 'wss://test/'],
    ['WSS://TEST/Path', 'wss://test/Path'],
    ['ws://test', 'ws://test/'],
    ['https://test:443/', 'wss://test/'],
    ['http://test:8080/', 'ws://test:8080/'],
    ['ws://user:pw@test/', 'ws://user:pw@test/'],
    ['ws://[::1]:80/', 'ws://[::1]/'],
    [new URL('http://test/chat'), 'ws://test/chat'],
  ])('%s is dialled as %s, by value and by function', (url, dialled) => {
    const { server, connect } = createTestClient()
    for (const source of [url, () => url]) {
      const client = connect({}, source)
      expect([server.last.url, client.url]).toEqual([dialled, dialled])
    }
  })

  test('is that of the present or last dial', () => {
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

describe('subprotocols', () => {
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
  ])('given as %o', async (protocols, dialled) => {
    const { clock, server, connect } = createTestClient()
    connect({ ...(protocols && { protocols }) })
    await clock.run(0)
    expect(server.last.protocols).toEqual(dialled)
  })

  test('are told as the server chose', () => {
    const { server, connect } = createTestClient()
    const opens = recordEvents(connect({ protocols: ['a', 'b'] }), 'open')
    server.last.accept('b')
    expect(opens).toMatchObject([{ protocol: 'b' }])
  })
})

test('without a constructor a dial fails and says what is missing', () => {
  const { connect } = createTestClient()
  const client = connect({ WebSocket: undefined as never })
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    error: { code: 'DialError', cause: { message: expect.stringContaining('WebSocket') } },
  })
})

test('the constructor is read at each dial', () => {
  const { server, connect, advanceToRetry } = createTestClient()
  const options = { WebSocket: server.WebSocket }
  const client = connect(options)
  server.last.refuse()
  const made: string[] = []
  options.WebSocket = class extends server.WebSocket {
    constructor(url: string) {
      super(url)
      made.push(url)
    }
  }
  advanceToRetry(client)
  expect(made).toEqual(['ws://test/'])
})
