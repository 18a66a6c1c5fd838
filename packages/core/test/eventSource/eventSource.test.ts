/** The client over `eventSource()`, with a `fetch` and a clock that the test controls. */

import { afterEach, describe, expect, test, vi } from 'vitest'
import { type EventSourceOptions, type StreamEvent, eventSource } from '../../src/eventSource/index.ts'
import {
  type CloseInfo,
  type TransportLink,
  type UrlSource,
  type WebSocketClient,
  type WebSocketOptions,
  json,
} from '../../src/index.ts'
import { createFakeClock } from '../../src/testing/index.ts'
import { session } from '../../src/session/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { type FakeFetch, createFakeFetch } from './support/fakeFetch.ts'

interface Setup extends FakeFetch, Omit<ReturnType<typeof createTestClient>, 'open'> {
  client: WebSocketClient<never, unknown>
  /** Lets promises settle. */
  settle(): Promise<void>
}

const fetches: FakeFetch[] = []

/** A client whose first request was sent. */
const start = async (
  given: EventSourceOptions = {},
  options: WebSocketOptions<never, unknown> = {},
  ...url: [UrlSource?]
): Promise<Setup> => {
  const fake = createFakeFetch()
  fetches.push(fake)
  const setup = createTestClient()
  const transport = eventSource({ fetch: fake.fetch, ...given })
  const client = setup.connect({ transport, ...options }, url[0] ?? 'https://example.org/events')
  const settle = (): Promise<void> => setup.clock.run(0)
  await settle()
  return Object.assign(fake, { ...setup, client, settle })
}

/** A client whose stream is open. */
const open = async (...given: Parameters<typeof start>): Promise<Setup> => {
  const setup = await start(...given)
  setup.last.respond()
  await setup.settle()
  return setup
}

/** Waits for the client's next attempt. */
const redial = async ({ client, advanceToRetry, settle }: Setup): Promise<void> => {
  advanceToRetry(client)
  await settle()
}

afterEach(() => {
  expect(
    fetches
      .splice(0)
      .map(({ alive }) => alive)
      .filter(Boolean),
    'requests left',
  ).toEqual([])
})

describe('the options', () => {
  test.each<[unknown, string]>([
    [{ events: 'tick' }, 'events: expected array, got "string"'],
    [{ events: {} }, 'events: expected array, got "object"'],
    [{ named: 1 }, 'named: expected boolean, got "number"'],
    [{ headers: 'Bearer secret' }, 'headers: expected object or array or function, got "string"'],
    [{ method: null }, 'method: expected string, got "object"'],
    [{ method: 5 }, 'method: expected string, got "number"'],
    [{ credentials: true }, 'credentials: expected omit or same-origin or include, got true'],
    [{ credentials: 'includes' }, 'credentials: expected omit or same-origin or include, got "includes"'],
    [{ fetch: {} }, 'fetch: expected function, got "object"'],
    [{ body: 5, method: 'POST' }, 'body: expected string or object or function, got "number"'],
    [{ method: 'POST', body: { prompt: 'secret' } }, 'body: expected text or bytes, and method: POST, got "object"'],
    [{ body: 'secret' }, 'body: expected text or bytes, and method: POST, got "string"'],
    [{ body: () => 'secret' }, 'body: expected text or bytes, and method: POST, got "function"'],
  ])('%j throw an OptionError at creation, without the body', (options, message) => {
    expect(() => eventSource(options as EventSourceOptions)).toThrow(
      expect.objectContaining({ code: 'OptionError', message }),
    )
  })

  test.each<EventSourceOptions>([
    { method: 'POST', body: new FormData() },
    { method: 'POST', body: new Uint8Array(1) },
    { method: 'POST', body: null },
    { headers: [['authorization', 'Bearer t']], events: [], named: true, credentials: 'omit' },
    { headers: new Headers(), fetch: async () => new Response() },
    { headers: undefined, method: undefined, credentials: undefined, fetch: undefined } as never,
    {},
  ])('%j are valid', (options) => expect(eventSource(options).readOnly).toBe(true))

  test('of another name are ignored, and the name is printed', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    eventSource({ withCredentials: true } as EventSourceOptions)
    expect(warn.mock.calls).toEqual([['eventSource: unknown option: withCredentials']])
    warn.mockRestore()
  })

  test('headers may be null, and those of a function too', async () => {
    for (const headers of [null, () => null]) {
      const { last, client } = await start({ headers } as never)
      expect([...last.headers.keys()]).toEqual(['accept'])
      client.dispose()
    }
  })
})

describe('the request', () => {
  test('is a GET that accepts event streams and is not cached', async () => {
    const { last, client } = await start()
    expect(last.url).toBe('https://example.org/events')
    expect([last.init.method ?? 'GET', last.init.cache, [...last.headers]]).toEqual([
      'GET',
      'no-store',
      [['accept', 'text/event-stream']],
    ])
    client.dispose()
  })

  test.each([
    ['ws://example.org/ws', 'http://example.org/ws'],
    ['WSS://example.org/ws?ws=1', 'httpS://example.org/ws?ws=1'],
    ['http://ws.example.org/', 'http://ws.example.org/'],
    [new URL('https://example.org/a?b'), 'https://example.org/a?b'],
    [() => Promise.resolve('wss://example.org/async'), 'https://example.org/async'],
  ])('for %s goes to %s', async (url, expected) => {
    const { last, client } = await start({}, {}, url)
    expect(last.url).toBe(expected)
    client.dispose()
  })

  test('has the method, the body, the headers and the credentials of the options', async () => {
    const { last, client } = await start({
      method: 'POST',
      body: '{"prompt":"hi"}',
      headers: { 'authorization': 'Bearer t', 'content-type': 'application/json', 'accept': 'application/json' },
      credentials: 'include',
    })
    expect(last.init).toMatchObject({ method: 'POST', body: '{"prompt":"hi"}', credentials: 'include' })
    expect(Object.fromEntries(last.headers)).toEqual({
      'accept': 'application/json, text/event-stream',
      'authorization': 'Bearer t',
      'content-type': 'application/json',
    })
    client.dispose()
  })

  test('calls the functions headers and body at each dial, also async ones, with the attempt and the last close', async () => {
    const dials: unknown[] = []
    const setup = await start({
      method: 'POST',
      headers: ({ attempt, lastClose }) => {
        dials.push([attempt, lastClose?.code])
        return Promise.resolve({ authorization: `token ${attempt}` })
      },
      body: ({ attempt }) => `body ${attempt}`,
    })
    setup.last.respond(503)
    await setup.settle()
    await redial(setup)
    expect(dials).toEqual([
      [0, undefined],
      [1, 3103],
    ])
    expect(setup.requests.map(({ headers, init }) => [headers.get('authorization'), init.body])).toEqual([
      ['token 0', 'body 0'],
      ['token 1', 'body 1'],
    ])
    setup.client.dispose()
  })

  test.each(['headers', 'body'] as const)(
    'whose function %s throws is a failed attempt, which is printed',
    async (name) => {
      const setup = await start({
        method: 'POST',
        [name]: () => {
          throw new Error('no token')
        },
      })
      expect(setup.requests).toEqual([])
      expect(setup.client.get()).toMatchObject({
        status: 'reconnecting',
        lastClose: { code: 1006, cause: 'provider', error: { code: 'DialError' } },
      })
      const message = `DialError: could not dial: the ${name} function failed: no token`
      expect(consoleErrors.splice(0)).toEqual([message])
      setup.client.dispose()
    },
  )

  test('with an invalid header is a failed attempt, whose error does not contain the value', async () => {
    const setup = await start({ headers: { authorization: 'secret\ntoken' } })
    expect(setup.client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
    expect(setup.client.get().lastClose!.error!.message).toMatch(/^could not dial: /)
    expect(String(consoleErrors.splice(0))).not.toContain('secret')
    setup.client.dispose()
  })

  test('that the network refuses is a failed attempt with the cause network, which is not printed', async () => {
    const setup = await start()
    setup.last.fail()
    await setup.settle()
    expect(setup.client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { code: 1006, cause: 'network', error: { message: 'could not dial: network lost' } },
    })
    setup.client.dispose()
  })

  test('looks the global fetch up at each dial', async () => {
    const { clock, connect } = createTestClient()
    const fake = createFakeFetch()
    const client = connect({ transport: eventSource(), immediate: false }, 'https://example.org/')
    const original = globalThis.fetch
    globalThis.fetch = fake.fetch
    client.open()
    await clock.run(0)
    globalThis.fetch = original
    expect(fake.requests).toHaveLength(1)
  })

  test('ignores the option protocols', async () => {
    const { client, last } = await open({}, { protocols: ['graphql'] })
    expect([client.get().status, [...last.headers.keys()]]).toEqual(['open', ['accept']])
    client.dispose()
  })
})

describe('an event', () => {
  test('is a message with the text of its data', async () => {
    const { client, last, settle } = await open()
    const messages = recordEvents(client, 'message')
    last.write('data: one\n\n: comment\nid: 5\ndata: two\ndata: lines\n\nevent: tick\ndata: hidden\n\ndata\n\n')
    await settle()
    expect(messages).toEqual(['one', 'two\nlines', ''])
    expect(client.get()).toMatchObject({ status: 'open', received: 3, lastMessage: '' })
    client.dispose()
  })

  test('with a name of the option events is a message too', async () => {
    const { client, last, settle } = await open({ events: ['tick', 'tock'] })
    const messages = recordEvents(client, 'message')
    for (const name of ['tick', 'tock', 'ti', 'message']) last.write(`event: ${name}\ndata: ${name}\n\n`)
    await settle()
    expect(messages).toEqual(['tick', 'tock', 'message'])
    client.dispose()
  })

  test('is an object with its name and its ID for the codec, with named: true', async () => {
    const { client, last, settle } = await open({ events: ['tick'], named: true }, { codec: json<never>() })
    const messages: StreamEvent[] = recordEvents(client, 'message')
    last.write('id: 1\nevent: tick\ndata: {"a":1}\n\ndata: plain\n\n')
    await settle()
    expect(messages).toEqual([
      { event: 'tick', id: '1', data: '{"a":1}' },
      { event: 'message', id: '1', data: 'plain' },
    ])
    client.dispose()
  })

  test('over 16777216 characters ends the connection with the final code 1009 and an error', async () => {
    const { client, last, settle } = await open()
    const errors = recordEvents(client, 'error')
    last.write(`data: ${'x'.repeat(2 ** 24)}`)
    await settle()
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1009, final: true, cause: 'server' } })
    expect(errors).toMatchObject([{ code: 'DecodeError', message: 'event: expected at most 16777216 characters' }])
    expect(last.isAlive).toBe(false)
  })

  test.each(['close', 'dispose', 'reconnect'] as const)(
    'whose listener calls %s() is the last one of its connection',
    async (end) => {
      const setup = await open()
      const { client, last, settle } = setup
      const messages = recordEvents(client, 'message')
      client.on('message', () => client[end]())
      last.write('id: 1\ndata: one\n\nid: 2\ndata: two\n\n')
      await settle()
      expect([messages, last.isAlive]).toEqual([['one'], false])
      if (end === 'dispose') return
      if (end === 'close') client.open()
      await settle()
      expect(setup.last.headers.get('last-event-id')).toBe('1')
      client.dispose()
    },
  )
})

describe('the last event ID', () => {
  const drop = async (setup: Setup): Promise<void> => {
    setup.last.fail()
    await setup.settle()
    await redial(setup)
  }

  test('is sent with each request after the first, until the server removes it', async () => {
    const setup = await open()
    setup.last.write('id: 41\ndata: x\n\nid: 42\n\nid: 43\ndata: incomplete\n')
    await setup.settle()
    await drop(setup)
    await drop(setup)
    setup.last.respond()
    await setup.settle()
    setup.last.write('data: no id here\n\n')
    await setup.settle()
    await drop(setup)
    setup.last.respond()
    await setup.settle()
    setup.last.write('id\ndata: forget it\n\n')
    await setup.settle()
    await drop(setup)
    expect(setup.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '42', '42', '42', null])
    setup.client.dispose()
  })

  test('is sent as UTF-8', async () => {
    const setup = await open()
    setup.last.write('id: é€😀\ndata: x\n\n')
    await setup.settle()
    await drop(setup)
    const sent = setup.last.headers.get('last-event-id')!
    expect(new TextDecoder().decode(Uint8Array.from(sent, (char) => char.charCodeAt(0)))).toBe('é€😀')
    setup.client.dispose()
  })

  test('replaces one of the option headers, from which a first request may continue', async () => {
    const setup = await open({ headers: { 'last-event-id': 'stored' } })
    setup.last.write('id: newer\ndata: x\n\n')
    await setup.settle()
    await drop(setup)
    expect(setup.requests.map(({ headers }) => headers.get('last-event-id'))).toEqual(['stored', 'newer'])
    setup.client.dispose()
  })

  test('is that of each client, if clients share a transport', async () => {
    const { clock, connect } = createTestClient()
    const fake = createFakeFetch()
    const transport = eventSource({ fetch: fake.fetch })
    const [a, b] = [connect({ transport }, 'http://a/'), connect({ transport }, 'http://b/')]
    await clock.run(0)
    for (const [index, request] of fake.requests.entries()) {
      request.respond()
      await clock.run(0)
      request.write(`id: ${index}\ndata: x\n\n`)
      await clock.run(0)
    }
    const c = connect({ transport }, 'http://c/')
    for (const client of [b, a]) client.reconnect()
    await clock.run(0)
    expect(fake.requests.map(({ url, headers }) => [url, headers.get('last-event-id')])).toEqual([
      ['http://a/', null],
      ['http://b/', null],
      ['http://c/', null],
      ['http://b/', '1'],
      ['http://a/', '0'],
    ])
    for (const client of [a, b, c]) client.dispose()
  })
})

describe('a response', () => {
  test.each([
    [400, 3500],
    [401, 3501],
    [404, 3504],
    [418, 3518],
    [499, 3599],
    [201, 3599],
    [206, 3599],
  ])('with status %i ends the client with the final code %i', async (status, code) => {
    const { client, last, settle } = await start()
    const stops = recordEvents(client, 'stop')
    last.respond(status)
    await settle()
    const error = { code: 'DialError', message: `could not dial: HTTP ${status}, text/event-stream` }
    expect(stops).toMatchObject([{ code, reason: `HTTP ${status}`, final: true, cause: 'server', error }])
    expect([client.get().status, last.isAlive]).toEqual(['closed', false])
  })

  test.each([
    [408, 3008],
    [425, 3025],
    [429, 3029],
    [500, 3100],
    [503, 3103],
    [599, 3199],
  ])('with status %i is a failed attempt with the code %i', async (status, code) => {
    const { client, last, settle } = await start()
    last.respond(status)
    await settle()
    const lastClose = { code, reason: `HTTP ${status}`, final: false, cause: 'server' }
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose })
    expect(last.isAlive).toBe(false)
    client.dispose()
  })

  test('with status 204 ends the client with code 1000 and without an error', async () => {
    const { client, last, settle } = await start()
    const errors = recordEvents(client, 'error')
    last.respond(204)
    await settle()
    expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1000, final: true, error: undefined } })
    expect(errors).toEqual([])
  })

  test.each(['text/html', 'text/event-stream-x', 'application/json; x=text/event-stream', undefined])(
    'with the type %s ends the client with the final code 3599',
    async (type) => {
      const { client, last, settle } = await start()
      last.respond(200, type ? { 'content-type': type } : {})
      await settle()
      const error = { message: `could not dial: HTTP 200, ${type ?? null}` }
      expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 3599, final: true, error } })
    },
  )

  test.each(['text/event-stream;charset=utf-8', 'Text/Event-Stream', 'text/event-stream ; x=1'])(
    'with the type %s is a stream',
    async (type) => {
      const { client, last, settle } = await start()
      last.respond(200, { 'content-type': type })
      await settle()
      expect(client.get().status).toBe('open')
      client.dispose()
    },
  )

  test('without a readable body, as in React Native, ends the client with the final code 3599', async () => {
    const headers = new Headers({ 'content-type': 'text/event-stream' })
    const { client } = await start({ fetch: () => Promise.resolve({ status: 200, headers, body: null } as Response) })
    expect(client.get()).toMatchObject({
      status: 'closed',
      lastClose: { code: 3599, final: true, error: { message: 'could not dial: HTTP 200, no body' } },
    })
  })

  test('with status 401 can be repeated by shouldReconnect, with new headers', async () => {
    let token = 'old'
    const setup = await start(
      { headers: () => ({ authorization: token }) },
      {
        reconnect: {
          shouldReconnect: async ({ code, final }) => {
            if (code !== 3501) return !final
            token = 'new'
            return true
          },
        },
      },
    )
    setup.last.respond(401)
    await setup.settle()
    await redial(setup)
    expect(setup.last.headers.get('authorization')).toBe('new')
    setup.client.dispose()
  })
})

describe('the wait after', () => {
  const retryAfter = async (value: string, status = 503): Promise<[wait: number, reason: string]> => {
    const { client, last, settle, clock } = await start()
    clock.setRandom(0)
    last.respond(status, { 'retry-after': value })
    await settle()
    const { retryAt, lastClose } = client.get()
    client.dispose()
    return [retryAt! - clock.now(), lastClose!.reason]
  }

  test.each([
    ['120', 120_000],
    ['1', 1000],
    ['0.1', 250],
    ['86400', 480_000],
  ])('Retry-After: %s is at least %i ms', async (value, wait) => {
    expect(await retryAfter(value)).toEqual([wait, `{"in":[${wait},${wait * 1.25}]}`])
    expect((await retryAfter(value, 429))[0]).toBe(wait)
  })

  test.each(['0', '-5', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT'])(
    'Retry-After: %s is that of the backoff',
    async (value) => {
      expect(await retryAfter(value)).toEqual([250, 'HTTP 503'])
    },
  )

  test('Retry-After with a date ends at that date or later', async () => {
    const [wait] = await retryAfter(new Date(Date.now() + 100_000).toUTCString())
    expect(wait).toBeGreaterThan(40_000)
    expect(wait).toBeLessThanOrEqual(100_000)
  })

  test('a lost stream is the reconnection time of the server, and at most a quarter longer', async () => {
    const setup = await open()
    const { client, clock, settle } = setup
    setup.last.write('retry: 8000\n')
    await settle()
    setup.last.end()
    await settle()
    expect(client.get().retryAt! - clock.now()).toBe(9000)
    await redial(setup)
    setup.last.respond()
    await settle()
    setup.last.fail()
    await settle()
    expect(client.get().retryAt! - clock.now()).toBe(9000)
    client.dispose()
  })

  test('a failed request is not the reconnection time but that of the backoff, which grows', async () => {
    const setup = await open()
    const { client, clock, settle } = setup
    setup.last.write('retry: 8000\n')
    await settle()
    setup.last.fail()
    await settle()
    const waits: number[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      await redial(setup)
      setup.last.fail()
      await settle()
      waits.push(client.get().retryAt! - clock.now())
    }
    expect(waits).toEqual([1250, 2250, 4250])
    client.dispose()
  })

  test('retry: 0 is that of the backoff, so a server that ends each stream causes no loop without a pause', async () => {
    const setup = await open()
    setup.last.write('retry: 0\n')
    await setup.settle()
    setup.last.end()
    await setup.settle()
    expect(setup.client.get().retryAt! - setup.clock.now()).toBe(750)
    setup.client.dispose()
  })
})

describe('a stream', () => {
  test('that the server ends is closed with 1006, and wasClean is true', async () => {
    const { client, last, settle } = await open()
    last.end()
    await settle()
    const lastClose = { code: 1006, reason: '', wasClean: true, final: false, error: undefined }
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose })
    client.dispose()
  })

  test('that is cut is closed with 1006, and wasClean is false', async () => {
    const { client, last, settle } = await open()
    const errors = recordEvents(client, 'error')
    last.fail()
    await settle()
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { code: 1006, reason: '', wasClean: false },
    })
    expect(errors).toEqual([])
    client.dispose()
  })

  test('is read once more after a model has answered only if the answer was cut, with shouldReconnect', async () => {
    const shouldReconnect = ({ wasClean, final }: CloseInfo): boolean => !wasClean && !final
    const { client, last, settle } = await open({ method: 'POST', body: 'prompt' }, { reconnect: { shouldReconnect } })
    last.end()
    await settle()
    expect(client.get().status).toBe('closed')
  })

  test('is aborted by close(), which ends with the code of the caller', async () => {
    const { client, last, settle } = await open()
    const closes = recordEvents(client, 'close')
    client.close(4001, 'enough')
    expect([client.get().status, last.isAlive]).toEqual(['closed', false])
    await settle()
    expect(closes).toMatchObject([{ code: 4001, reason: 'enough', wasClean: true, cause: 'user' }])
  })

  test('is aborted by dispose() and by reconnect()', async () => {
    const setup = await open()
    setup.client.reconnect()
    await setup.settle()
    expect(setup.requests.map(({ isAlive }) => isAlive)).toEqual([false, true])
    setup.last.respond()
    await setup.settle()
    setup.client.dispose()
    expect(setup.alive).toBe(0)
  })
})

describe('a request without an answer', () => {
  test('is aborted after connectTimeout', async () => {
    const setup = await start({}, { connectTimeout: 5000 })
    await setup.clock.run(5000)
    expect(setup.client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'timeout', code: 1006 } })
    expect([setup.requests.length, setup.alive]).toEqual([1, 0])
    setup.client.dispose()
  })

  test.each(['close', 'dispose'] as const)('is aborted by %s(), and its answer is ignored', async (end) => {
    const { client, last, settle } = await start()
    client[end]()
    expect(last.isAlive).toBe(false)
    last.respond()
    await settle()
    expect(client.get().status).toBe('closed')
  })

  test('is not sent if the client is closed while the function headers is pending', async () => {
    let resolve!: (headers: Record<string, string>) => void
    const setup = await start({ headers: () => new Promise<Record<string, string>>((done) => (resolve = done)) })
    setup.client.close()
    resolve({})
    await setup.settle()
    expect(setup.alive).toBe(0)
  })

  test('opens nothing if fetch ignores the signal and answers after the client was closed', async () => {
    let answer!: (response: Response) => void
    const { client, settle } = await start({ fetch: () => new Promise((done) => (answer = done)) })
    const events: string[] = []
    client.close()
    client.onAny((type) => void events.push(type))
    answer(new Response('data: x\n\n', { headers: { 'content-type': 'text/event-stream' } }))
    await settle()
    expect([client.get().status, events]).toEqual(['closed', []])
  })
})

describe('send', () => {
  test('drops each message with the reason refused, in every state, and queues none', async () => {
    const { client, last, settle } = await start()
    const drops = recordEvents(client, 'drop')
    expect([client.send('connecting'), client.get().queued]).toEqual(['dropped', 0])
    last.respond()
    await settle()
    expect([client.send('open'), client.send('at once', { queue: false })]).toEqual(['dropped', 'dropped'])
    client.close()
    expect(client.send('closed')).toBe('dropped')
    const reason = 'refused'
    const messages = ['connecting', 'open', 'at once', 'closed']
    expect(drops).toEqual(messages.map((message) => ({ message, reason })))
    expect(client.get().status).toBe('closed')
  })

  test('of onConnect fails the attempt with an error', async () => {
    const { client } = await open({}, { onConnect: ({ send }) => send('hello') })
    expect(client.get()).toMatchObject({
      status: 'reconnecting',
      lastClose: { cause: 'provider', error: { message: 'eventSource() cannot send' } },
    })
    expect(consoleErrors.splice(0)).toMatchObject([{ message: 'eventSource() cannot send' }])
    client.dispose()
  })
})

test('onConnect may wait for the first event', async () => {
  const setup = await open({}, { onConnect: async ({ receive }) => expect(await receive()).toBe('hello') })
  expect(setup.client.get().status).toBe('connecting')
  setup.last.write('data: hello\n\ndata: next\n\n')
  await setup.settle()
  expect(setup.client.get()).toMatchObject({ status: 'open', received: 1, lastMessage: 'next' })
  setup.client.dispose()
})

test('the options session and eventSource() together throw an OptionError', () => {
  const { connect } = createTestClient()
  const options = { transport: eventSource(), session: session() }
  expect(() => connect(options)).toThrow(
    'transport: expected one that can send, because a session needs it, got an object',
  )
})

describe('a heartbeat with message: null', () => {
  const heartbeat = { message: null, interval: 10_000, timeout: 5000 }

  test('counts comments and other events as activity, hides them, and measures no latency', async () => {
    const { client, clock, last, settle } = await open({}, { heartbeat: { ...heartbeat, isReply: ':' } })
    const latencies = recordEvents(client, 'latency')
    for (const text of [':\n', ': ping\n\n', 'event: ping\ndata: x\n\n', 'data: a part', 'of a long event', '\n\n']) {
      await clock.run(14_000)
      last.write(text)
      await settle()
    }
    expect(client.get()).toMatchObject({ status: 'open', received: 1, latency: undefined })
    expect(latencies).toEqual([])
    client.dispose()
  })

  test('ends a silent stream after interval and timeout, also a third one in a row of a server that sends comments', async () => {
    const setup = await open({}, { heartbeat })
    for (let connection = 1; connection <= 3; connection++) {
      setup.last.write(': hello\n')
      await setup.settle()
      await setup.clock.run(15_000)
      expect(setup.client.get()).toMatchObject({
        status: 'reconnecting',
        lastClose: { cause: 'heartbeat', code: 4000 },
      })
      expect(setup.alive).toBe(0)
      await redial(setup)
      setup.last.respond()
      await setup.settle()
    }
    setup.client.dispose()
  })
})

test('a heartbeat that sends reports an error that names the cause', async () => {
  const { client, clock } = await open({}, { heartbeat: true })
  const errors = recordEvents(client, 'error')
  await clock.run(25_000)
  expect(errors.map(({ message }) => message)).toEqual(['eventSource() cannot send'])
  client.dispose()
})

test('a client of a server render that is never opened requests nothing', async () => {
  const { requests, client } = await start({}, { lazy: true })
  expect([requests, client.get().status]).toEqual([[], 'closed'])
})

describe('the link', () => {
  /** A dial without a client. It records what the sink receives. */
  const dial = (fetch: typeof globalThis.fetch): { link: TransportLink; reports: string[] } => {
    const reports: string[] = []
    const report = (name: string) => (): void => void reports.push(name)
    const sink = {
      opened: report('opened'),
      message: report('message'),
      activity: report('activity'),
      error: report('error'),
      closed: report('closed'),
    }
    const { signal } = new AbortController()
    const request = { url: 'ws://x/', protocols: undefined, client: {}, attempt: 0, lastClose: undefined, signal }
    return { link: eventSource({ fetch }).dial(request, sink), reports }
  }
  const { run: settle } = createFakeClock()
  const type = 'text/event-stream'

  test('reports nothing after abandon() during the request, although its fetch ignores the signal', async () => {
    let answer!: (response: Response) => void
    const { link, reports } = dial(() => new Promise((done) => (answer = done)))
    await settle(0)
    link.abandon()
    answer(new Response('data: x\n\n', { headers: { 'content-type': type } }))
    await settle(0)
    expect([reports, link.ready]).toEqual([[], false])
  })

  test('reports nothing after abandon() while it is open, and nothing but the close after close()', async () => {
    for (const end of ['abandon', 'close'] as const) {
      let stream!: ReadableStreamDefaultController
      const body = new ReadableStream({ start: (controller) => void (stream = controller) })
      const response = new Response(body, { headers: { 'content-type': type } })
      const { link, reports } = dial(() => Promise.resolve(response))
      await settle(0)
      expect([reports, link.ready, link.bufferedAmount]).toEqual([['opened'], true, 0])
      link[end](1000, '')
      stream.enqueue(new TextEncoder().encode('data: x\n\n'))
      stream.close()
      await settle(0)
      expect([reports, link.ready]).toEqual([end === 'close' ? ['opened', 'closed'] : ['opened'], false])
    }
  })
})
