/** Wrong options and arguments: each throws at the call, and says which, what it was, and what was expected. */

import { describe, expect, test } from 'vitest'
import { OptionError, createWebSocket } from '../../src/index.ts'
import { createTestClient } from '../support/createTestClient.ts'

/** As JavaScript would call it, without types to hold it back. */
const create = createWebSocket as (url: unknown, options?: object) => unknown

const failure = (call: () => unknown): OptionError => {
  try {
    call()
  } catch (error) {
    if (error instanceof OptionError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a wrong number names itself', () => {
  const wrong = [Number.NaN, -1, '5', true, {}, -Infinity]
  const names = {
    '': ['connectTimeout', 'closeTimeout', 'linger', 'history', 'highWaterMark'],
    'heartbeat': ['interval', 'timeout'],
    'reconnect': ['minDelay', 'baseDelay', 'maxDelay', 'maxAttempts', 'stableAfter'],
    'queue': ['limit', 'bytes', 'ttl'],
  }
  const rows = Object.entries(names).flatMap(([group, list]) => list.map((name) => [group, name] as const))

  test.each(rows)('%s %s', (group, name) => {
    for (const value of wrong) {
      const options = { [name]: value }
      const { code, message } = failure(() => create('ws://test/', group ? { [group]: options } : options))
      expect(code).toBe('OptionError')
      expect(message).toContain(group ? `${group}.${name}` : name)
      expect(message).toContain(String(value))
      expect(message).toMatch(/expected .*number/)
    }
  })

  test.each(['connectTimeout', 'heartbeat.interval', 'heartbeat.timeout'])('%s of 0 leaves no time at all', (name) => {
    const [group, inner] = name.split('.')
    const options = inner ? { [group!]: { [inner]: 0 } } : { [group!]: 0 }
    expect(failure(() => create('ws://test/', options)).message).toContain(name)
  })
})

describe('a wrong kind names itself', () => {
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
  ])('%s: %j', (name, value) => {
    const { message } = failure(() => create('ws://test/', { [name]: value }))
    expect(message).toContain(name)
    expect(message).toContain(String(value))
    expect(message).toContain('expected ')
  })

  test('queue.overflow', () => {
    const { message } = failure(() => create('ws://test/', { queue: { overflow: 'drop-all' } }))
    expect(message).toContain('queue.overflow')
    expect(message).toContain('drop-all')
    expect(message).toContain('drop-old')
  })

  test('the name of an event', () => {
    const { connect } = createTestClient()
    const { message } = failure(() => connect().on('mesage' as 'message', () => {}))
    expect(message).toContain('mesage')
  })
})

describe('a wrong address', () => {
  test.each([
    ['another scheme', 'ftp://test/'],
    ['a scheme that is none', 'javascript:alert(1)'],
    ['a fragment', 'wss://test/#chat'],
    ['an empty fragment', 'wss://test/#'],
    ['no host', 'ws://'],
    ['a port out of range', 'ws://test:99999/'],
    ['a number', 5],
    ['an object', {}],
    ['a URL object of another scheme', new URL('file:///etc/hosts')],
  ])('%s', (_, url) => {
    const { message } = failure(() => create(url))
    expect(message).toMatch(/^url: expected .*ws.*got /)
    expect(message).toContain(String(url).replace(/#.*/, ''))
  })

  test.each([
    'ftp://test/chat?token=SECRET',
    'wss://test/chat?a=1&token=SECRET#top',
    'wss://test/chat#access_token=SECRET',
    'ftp://user:SECRET@test/chat',
    'ws://test:99999/?token=SECRET\n',
    'ws://te st/?token=SECRET?and=SECRET',
  ])('is named without what may be secret: %j', (url) => {
    const { message } = failure(() => create(url))
    expect(message).not.toContain('SECRET')
    expect(message).toContain('url')
  })

  test('a relative one may be named where there is no page, as in a server render, and fails at the dial', () => {
    const { connect } = createTestClient()
    const errors: Error[] = []
    const client = connect({ immediate: false, onError: (error) => errors.push(error) }, '/chat?token=SECRET')
    expect(errors).toEqual([])
    client.open()
    expect(errors).toMatchObject([{ code: 'DialError', cause: { code: 'OptionError' } }])
    expect(String(errors[0]!.cause)).toMatch(/^OptionError: url: .*got \/chat/)
    expect(String(errors[0]!.cause)).not.toContain('SECRET')
    expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'provider' } })
  })

  test('throws also where nothing is dialled yet', () => {
    expect(() => create('ftp://test/', { immediate: false })).toThrow(OptionError)
    expect(() => create('ftp://test/', { lazy: true })).toThrow(OptionError)
  })
})

describe('close()', () => {
  test.each([0, 1, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_535, -1000, Number.NaN, Infinity, 3000.5])(
    'with the code %d throws and closes nothing',
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

  test('with a reason over 123 bytes of UTF-8 throws and closes nothing', () => {
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
  ])('with %d and a reason of up to 123 bytes hands both to the socket', (code, reason) => {
    const { server, open } = createTestClient()
    open().close(code, reason)
    expect(server.last.closed).toEqual({ code, reason })
  })
})

describe('what may stand', () => {
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
  ])('%j', (options) => {
    const { open } = createTestClient()
    expect(open(options).get().status).toBe('open')
  })
})
