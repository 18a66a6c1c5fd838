/** Invalid options and arguments: each throws at the call, with its name, its value and the expected value in the message. */

import { describe, expect, test } from 'vitest'
import { OptionError, createWebSocket, json } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** Without types, as JavaScript can call it. */
const create = createWebSocket as (url: unknown, options?: object) => unknown

/** How an error shows a value: text is quoted, objects are summarised. */
const shown = (value: unknown): string => {
  if (typeof value === 'string') return `"${value}"`
  return value === Object(value) ? 'an object without keys' : String(value)
}

const failure = (call: () => unknown): OptionError => {
  try {
    call()
  } catch (error) {
    if (error instanceof OptionError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('an invalid number', () => {
  const wrong = [Number.NaN, -1, '5', true, {}, -Infinity]
  const names = {
    '': ['connectTimeout', 'closeTimeout', 'linger', 'history', 'highWaterMark'],
    'heartbeat': ['interval', 'timeout'],
    'reconnect': ['minDelay', 'baseDelay', 'maxDelay', 'maxAttempts', 'stableAfter'],
    'queue': ['limit', 'bytes', 'ttl'],
  }
  const rows = Object.entries(names).flatMap(([group, list]) =>
    list.map((name) => [group ? `${group}.${name}` : name, group, name] as const),
  )

  test.each(rows)('in the option %s throws an OptionError with its name and value', (fullName, group, name) => {
    for (const value of wrong) {
      const options = { [name]: value }
      const { code, message } = failure(() => create('ws://test/', group ? { [group]: options } : options))
      expect(code).toBe('OptionError')
      expect(message).toContain(fullName)
      expect(message).toContain(shown(value))
      expect(message).toMatch(/expected .*number/)
    }
  })

  test.each(['connectTimeout', 'heartbeat.interval', 'heartbeat.timeout'])(
    'of 0 as %s throws, because it would leave no time',
    (name) => {
      const [group, inner] = name.split('.')
      const options = inner ? { [group!]: { [inner]: 0 } } : { [group!]: 0 }
      expect(failure(() => create('ws://test/', options)).message).toContain(name)
    },
  )
})

describe('a value of a wrong kind', () => {
  test.each([
    ['heartbeat', 'ping'],
    ['heartbeat', 5000],
    ['reconnect', 3],
    ['queue', 100],
    ['pace', 'fast'],
    ['pace', Number.NaN],
    ['pace', -1],
    ['binaryType', 'nodebuffer'],
    ['codec', {}],
    ['codec', 'json'],
    ['session', true],
    ['session', {}],
  ])('for the option %s throws with its name and value: %j', (name, value) => {
    const { message } = failure(() => create('ws://test/', { [name]: value }))
    expect(message).toContain(name)
    expect(message).toContain(shown(value))
    expect(message).toContain('expected ')
  })

  test('for queue.overflow throws with the allowed values', () => {
    const { message } = failure(() => create('ws://test/', { queue: { overflow: 'drop-all' } }))
    expect(message).toContain('queue.overflow')
    expect(message).toContain('drop-all')
    expect(message).toContain('drop-old')
  })

  test('as event name in on() throws with the name', () => {
    const { connect } = createTestClient()
    const { message } = failure(() => connect().on('mesage' as 'message', () => {}))
    expect(message).toContain('mesage')
  })
})

describe('the message of an OptionError', () => {
  const secret = { token: 'SECRET', user: 5 }
  test.each<[what: string, options: object, message: string]>([
    ['quotes text', { connectTimeout: '5s' }, 'connectTimeout: expected a number from 1, got "5s"'],
    ['expects an object of options', 'chat' as never, 'options: expected object, got "chat"'],
    ['shows NaN', { linger: Number.NaN }, 'linger: expected a number from 0, got NaN'],
    ['names a function', { codec: json }, 'codec: expected what json() returns, got the function json: call it'],
    [
      'names the keys of an object only',
      { session: secret },
      'session: expected what session() returns, got an object with the keys token, user',
    ],
    [
      'names an arrow function',
      { transport: () => {} },
      'transport: expected an object with dial(), got the function transport: call it',
    ],
    [
      'shows an object without a prototype',
      { pace: Object.create(null) },
      'pace: expected frame, sync or ms, got an object without keys',
    ],
    ['shows a symbol', { binaryType: Symbol('odd') }, 'binaryType: expected blob or arraybuffer, got Symbol(odd)'],
  ])('%s, for the options %o', (_, options, message) => {
    expect(failure(() => create('ws://test/', options)).message).toBe(message)
  })

  test('names the first nine keys of a large object', () => {
    const large = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`key${index}`, index]))
    const { message } = failure(() => create('ws://test/', { transport: large as never }))
    expect(message).toMatch(/the keys key0, .* key8$/)
  })

  test('shortens long text', () => {
    const { message } = failure(() => create('ws://test/', { pace: 'x'.repeat(100_000) }))
    expect(message.length).toBeLessThan(200)
  })
})

test('send() of an object without a codec throws an error that names codec: json()', () => {
  const { open } = createTestClient()
  expect(() => open().send({ text: 'hello' } as never)).toThrow(/pass codec: json\(\)/)
})

describe('an invalid URL', () => {
  test.each([
    ['another scheme', 'ftp://test/'],
    ['the scheme javascript', 'javascript:alert(1)'],
    ['a fragment', 'wss://test/#chat'],
    ['an empty fragment', 'wss://test/#'],
    ['no host', 'ws://'],
    ['a port out of range', 'ws://test:99999/'],
    ['a number', 5],
    ['an object', {}],
    ['a URL object of another scheme', new URL('file:///etc/hosts')],
  ])('throws with the URL in the message: %s', (_, url) => {
    const { message } = failure(() => create(url))
    expect(message).toMatch(/^url: expected .*ws.*got /)
    expect(message).toContain(
      url === Object(url) && !(url instanceof URL) ? shown(url) : String(url).replace(/#.*/, ''),
    )
  })

  test.each([
    'ftp://test/chat?token=SECRET',
    'wss://test/chat?a=1&token=SECRET#top',
    'wss://test/chat#access_token=SECRET',
    'ftp://user:SECRET@test/chat',
    'ws://test:99999/?token=SECRET\n',
    'ws://te st/?token=SECRET?and=SECRET',
  ])('is named in the message without possible secrets: %j', (url) => {
    const { message } = failure(() => create(url))
    expect(message).not.toContain('SECRET')
    expect(message).toContain('url')
  })

  test('that a function returns is a failed dial: without a page, a relative one', () => {
    const { connect } = createTestClient()
    const errors: Error[] = []
    const client = connect({ onError: (error) => errors.push(error) }, () => '/chat?token=SECRET')
    expect(errors).toMatchObject([{ code: 'DialError', cause: { code: 'OptionError' } }])
    expect(errors[0]!.message).toMatch(/^url: .*\(in a page also a relative one\), got "\/chat/)
    expect(String(errors[0])).not.toContain('SECRET')
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
  })

  test('throws also if nothing is dialled yet', () => {
    expect(() => create('ftp://test/', { immediate: false })).toThrow(OptionError)
    expect(() => create('ftp://test/', { lazy: true })).toThrow(OptionError)
  })
})

describe('close()', () => {
  test.each([0, 1, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_535, -1000, Number.NaN, Infinity, 3000.5])(
    'with the code %d throws and does not close',
    (code) => {
      const { open } = createTestClient()
      const client = open()
      const { message } = failure(() => client.close(code))
      expect(message).toContain('code')
      expect(message).toContain(String(code))
      expect(message).toContain('3000-4999')
      expect(client.get().status).toBe('open')
    },
  )

  test('with a reason over 123 bytes of UTF-8 throws and does not close', () => {
    const { open } = createTestClient()
    const client = open()
    for (const reason of ['x'.repeat(124), 'é'.repeat(62), '🙂'.repeat(31)]) {
      expect(failure(() => client.close(1000, reason)).message).toMatch(/^reason: expected .*123 bytes/)
    }
    expect(client.get().status).toBe('open')
  })

  test.each([
    [1000, 'x'.repeat(123)],
    [3000, 'é'.repeat(61)],
    [4999, '🙂'.repeat(30)],
  ])('with the code %d and a reason of up to 123 bytes passes both to the socket', (code, reason) => {
    const { server, open } = createTestClient()
    open().close(code, reason)
    expect(server.last.closed).toEqual({ code, reason })
  })
})

test.each([undefined, null, 'handler', {}])('a listener that is %j throws at the call', (listener) => {
  const { open } = createTestClient()
  const client = open()
  for (const add of [
    () => client.on('message', listener as never),
    () => client.onAny(listener as never),
    () => client.subscribe(listener as never),
  ]) {
    expect(failure(add).message).toMatch(/^listener: expected function, got /)
  }
})

describe('valid options', () => {
  test.each([
    { connectTimeout: Infinity, reconnect: { maxAttempts: Infinity, maxDelay: Infinity } },
    { linger: 0, history: 0, highWaterMark: 0, queue: { limit: 0, bytes: 0, ttl: 0 } },
    { reconnect: { minDelay: 0, baseDelay: 0, maxDelay: 0, maxAttempts: 0, stableAfter: 0 } },
    { heartbeat: true, reconnect: true, queue: true },
    { heartbeat: false, reconnect: false, queue: false },
    {
      connectTimeout: undefined,
      heartbeat: undefined,
      reconnect: undefined,
      queue: undefined,
      codec: undefined,
    } as object,
    { pace: 'sync' as const },
    { pace: 0 },
    { pace: 250 },
    { binaryType: 'arraybuffer' as const },
  ])('create a client that opens: %j', (options) => {
    const { open } = createTestClient()
    expect(open(options).get().status).toBe('open')
  })
})
