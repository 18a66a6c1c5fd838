/** Unusual input: incomplete WebSocket mocks, odd codecs, values thrown that are no errors, and calls inside listeners. */

import { describe, expect, test, vi } from 'vitest'
import { type WebSocketClient, createWebSocket, json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** A socket with only a few of the members of a WebSocket. */
class OddSocket {
  static instances: OddSocket[] = []
  readyState = 0
  protocol = ''
  sent: unknown[] = []
  onopen: (() => void) | undefined
  constructor() {
    OddSocket.instances.push(this)
  }
  send(data: unknown): void {
    this.sent.push(data)
  }
  close(): void {
    this.readyState = 3
  }
}

describe('a WebSocket mock', () => {
  test('without bufferedAmount never counts as slow', () => {
    const { connect } = createTestClient()
    const client = connect({ WebSocket: OddSocket as never })
    const socket = OddSocket.instances.at(-1)!
    socket.readyState = 1
    socket.onopen?.()
    expect([client.send('a'), socket.sent]).toEqual(['sent', ['a']])
  })

  test('that is OPEN when it is created opens the client at once', () => {
    const { connect } = createTestClient()
    class Eager extends OddSocket {
      override readyState = 1
    }
    expect(connect({ WebSocket: Eager as never }).get().status).toBe('open')
  })
})

describe('dispose() in a message listener', () => {
  test.each(['onMessage', 'on'])('added with %s stops every later notification', (how) => {
    const { server, open } = createTestClient()
    const events: string[] = []
    const disposing: { client?: WebSocketClient } = {}
    const client = open(how === 'onMessage' ? { onMessage: () => disposing.client?.dispose() } : {})
    disposing.client = client
    if (how === 'on') client.on('message', () => client.dispose())
    client.on('message', () => events.push('second message'))
    client.onAny((type) => events.push(type))
    server.last.send('x')
    expect(events.slice(events.indexOf('dispose'))).toEqual(['dispose'])
  })
})

test('isReply is not called with a frame that could not be decoded', () => {
  const { server, open } = createTestClient()
  const asked: unknown[] = []
  const isReply = (message: unknown): boolean => asked.push(message) > 0 && (message as { t: string }).t === 'pong'
  const client = open<unknown, unknown>({ codec: json(), heartbeat: { message: { t: 'ping' }, isReply } })
  const errors = recordEvents(client, 'error')
  server.last.send('not json')
  expect([asked, errors]).toMatchObject([[], [{ code: 'DecodeError' }]])
})

test('a URL function that rejects while the protocols function throws is one failed dial, without an unhandled rejection', async () => {
  const { clock, connect } = createTestClient()
  const unhandled: unknown[] = []
  const onUnhandled = (error: unknown): void => void unhandled.push(error)
  process.on('unhandledRejection', onUnhandled)
  const protocols = (): never => {
    throw new Error('no protocol')
  }
  const client = connect({ protocols }, async () => {
    throw new Error('no address')
  })
  await clock.run(0)
  await new Promise((resolve) => setImmediate(resolve)) // Node reports unhandled rejections after a turn of its event loop
  process.off('unhandledRejection', onUnhandled)
  expect(unhandled).toEqual([])
  expect(client.get()).toMatchObject({ status: 'reconnecting', error: { code: 'DialError' } })
  expect(consoleErrors.splice(0)).toEqual(['DialError: the protocols function failed: no protocol'])
})

test('an environment that throws is reported as an error, and the client still reconnects', () => {
  const { server, connect } = createTestClient()
  const broken = (): never => {
    throw new Error('no such platform')
  }
  const errors: Error[] = []
  const client = connect({
    environment: { online: broken, subscribe: broken },
    onError: (error) => errors.push(error),
  })
  server.last.drop()
  expect(client.get()).toMatchObject({ status: 'reconnecting', retryAt: expect.any(Number) })
  expect(errors.map(({ message }) => message)).toContain('no such platform')
})

test('close() works in the error listener that receives the error about an endless loop of calls', () => {
  const { connect } = createTestClient()
  const client = connect({ reconnect: false, immediate: false }, () => {
    throw new Error('no address')
  })
  client.on('error', ({ message }) => /endless loop/.test(message) && client.close())
  client.on('stop', () => client.open())
  client.on('stop', () => client.open())
  client.open()
  expect(client.get().status).toBe('closed')
})

test('a message sent after close() in an open listener is dropped, because no connection follows', () => {
  const { server, connect } = createTestClient()
  const results: string[] = []
  const client = connect()
  client.on('open', () => {
    client.close()
    results.push(client.send('late'))
  })
  server.last.accept()
  expect([results, server.last.received]).toEqual([['dropped'], []])
})

test('thrown values that are no errors become errors with their text as message', () => {
  const { server, open } = createTestClient()
  const errors: string[] = []
  const thrown: unknown[] = [Symbol('odd'), null, 'text']
  open({
    onError: ({ message }) => errors.push(message),
    onMessage: () => {
      throw thrown.shift()
    },
  })
  for (let n = 0; n < 3; n++) server.last.send('x')
  expect(errors).toEqual(['Symbol(odd)', 'null', 'text'])
})

test('send() throws if the codec returns undefined instead of a frame', () => {
  const { connect } = createTestClient()
  const client = connect({ codec: { encode: () => undefined as never, decode: (data) => data } })
  expect(() => client.send('x')).toThrow(/EncodeError|no frame/)
  expect(client.get().queued).toBe(0)
})

test('without a codec, send() rejects numbers, booleans and null with a clear message', () => {
  const { connect } = createTestClient()
  for (const message of [5, true, null])
    expect(() => connect().send(message as never)).toThrow(/not a string, buffer or blob/)
})

test('a pace given as text is rejected', () => {
  expect(() => createWebSocket('ws://test', { pace: '5' as never })).toThrow(/pace/)
})

test('lastClose of a closed lazy client has the cause user, even if it was waiting for an attempt', async () => {
  const { clock, server, connect } = createTestClient()
  const client = connect({ lazy: true, linger: 0 })
  const release = client.retain()
  server.last.accept()
  server.last.drop()
  release()
  await clock.run(0)
  expect(client.get()).toMatchObject({ status: 'closed', lastClose: { code: 1006, cause: 'user', final: true } })
})

test('a socket that cannot be set up after an async URL is closed', async () => {
  const { server, connect, clock } = createTestClient()
  class Strict extends (server.WebSocket as typeof WebSocket) {
    constructor(url: string) {
      super(url)
      Object.defineProperty(this, 'binaryType', {
        set: () => {
          throw new TypeError('not supported')
        },
      })
    }
  }
  const client = connect({ WebSocket: Strict, binaryType: 'arraybuffer' }, () => Promise.resolve('ws://test/'))
  await clock.run(0)
  expect([client.get().status, server.connections.length, server.alive]).toEqual(['reconnecting', 1, 0])
  expect(consoleErrors.splice(0)).toEqual(['DialError: could not dial: not supported'])
})

test('an iteration over messages() that starts in a dispose listener ends at once', async () => {
  const { open } = createTestClient()
  const client = open()
  let iteration: AsyncIterableIterator<unknown> | undefined
  client.on('dispose', () => (iteration = client.messages()))
  client.dispose()
  expect(await iteration!.next()).toEqual({ done: true, value: undefined })
})

test('null counts as a missing option, and a socket without a protocol as one with an empty protocol', () => {
  const { server, connect } = createTestClient()
  const onOpen = vi.fn()
  const client = connect({ onOpen, reconnect: { delay: null, shouldReconnect: null } as never })
  expect([client.send('a', null as never), client.send('b', { queue: null } as never)]).toEqual(['queued', 'queued'])
  Object.assign(server.last.socket, { protocol: undefined })
  server.last.accept(undefined)
  expect(onOpen.mock.calls).toEqual([[{ reconnected: false, attempt: 0, protocol: '' }]])
})

test('a drop listener that reconnects while expired messages are dropped loses no other message', () => {
  const { server, clock, open } = createTestClient()
  const client = open({ queue: { ttl: 1000 }, highWaterMark: 0 })
  server.last.bufferedAmount = 1
  client.send('old')
  clock.advance(900)
  client.send('young')
  client.on('drop', () => client.reconnect())
  server.last.bufferedAmount = 0
  clock.jump(200)
  clock.advance(0)
  for (let attempt = 0; client.get().status !== 'open' && attempt < 3; attempt++) {
    if (client.get().retryAt !== undefined) clock.advance(client.get().retryAt! - clock.now())
    server.last.accept()
  }
  expect(server.connections.flatMap(({ received }) => received)).toEqual(['young'])
})

test('a constructor that closes the client after an async URL leaves no socket', async () => {
  const { server, connect, clock } = createTestClient()
  let client: WebSocketClient | undefined
  class Closing extends (server.WebSocket as typeof WebSocket) {
    constructor(url: string) {
      super(url)
      client!.close()
    }
  }
  client = connect({ WebSocket: Closing }, () => Promise.resolve('ws://test/'))
  await clock.run(0)
  expect([client.get().status, server.connections.length, server.alive]).toEqual(['closed', 1, 0])
})
