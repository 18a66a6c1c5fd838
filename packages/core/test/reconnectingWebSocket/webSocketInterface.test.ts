/** The interface of WHATWG's `WebSocket`: arguments, close, events, attributes. The tests in `whatwg/` compare it with the platform's. */

import { describe, expect, test } from 'vitest'
import { ReconnectingWebSocket } from '../../src/reconnectingWebSocket/index.ts'
import { createTestSocket, printed, record, typesOf } from './createTestSocket.ts'

const lost = { code: 1006, reason: '', wasClean: false }
const named = (name: string): unknown => expect.objectContaining({ name })

describe('the constructor', () => {
  test.each([
    'ftp://host/',
    'nonsense',
    '',
    '/relative',
    'ws://host/#fragment',
    'ws://host/#',
    'ws://host:99999/',
    'ws://ho st/',
  ])('throws SyntaxError for the URL %j', (url) => {
    const { create } = createTestSocket()
    expect(() => create({}, url)).toThrow(named('SyntaxError'))
  })

  test('does not repeat the query or the credentials of a URL in its error', () => {
    const { create } = createTestSocket()
    expect(() => create({}, 'ws://user:secret@host/?token=secret#')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    )
  })

  test.each([
    ['http://host', 'ws://host/'],
    ['HTTPS://host/a b', 'wss://host/a%20b'],
    ['ws://HOST:80/x?y', 'ws://host/x?y'],
    [new URL('wss://host/path'), 'wss://host/path'],
    [' ws://host ', 'ws://host/'],
  ])('serialises %s at once as url', (url, serialised) => {
    const { create } = createTestSocket()
    expect(create({}, url).url).toBe(serialised)
  })

  test('resolves a relative URL against document.baseURI', () => {
    const { create } = createTestSocket()
    const platform = globalThis as { document?: unknown }
    platform.document = { baseURI: 'https://host/folder/page' }
    try {
      expect(create({}, 'chat?x').url).toBe('wss://host/folder/chat?x')
    } finally {
      delete platform.document
    }
  })

  test.each([[['a', 'a']], [['a', 'b', 'a']], ['a b'], ['é'], ['a,b'], [''], [[' ']], ['a\0'], [['a', '']]])(
    'throws SyntaxError for the protocols %j',
    (protocols) => {
      const { create } = createTestSocket()
      expect(() => create({}, 'ws://test/', protocols)).toThrow(named('SyntaxError'))
    },
  )

  test.each([
    [undefined, []],
    [null, []],
    [[], []],
    ['a', ['a']],
    [
      ['a', 'A'],
      ['a', 'A'],
    ],
    [new Set(['a', 'b']), ['a', 'b']],
    [{ protocols: ['a'] }, ['a']],
    ["!#$%&'*+.^_`|~-", ["!#$%&'*+.^_`|~-"]],
  ])('accepts the protocols %j', async (protocols, sent) => {
    const { server, create, settle } = createTestSocket()
    create({}, 'ws://test/', protocols as never)
    await settle()
    expect(server.last.protocols).toEqual(sent)
  })

  test('throws TypeError without arguments and without new', () => {
    const Class = ReconnectingWebSocket as unknown as { new (): unknown; (url: string): unknown }
    expect(() => new Class()).toThrow(TypeError)
    expect(() => Class('ws://test/')).toThrow(TypeError)
  })

  test('dispatches nothing inside itself: a constructor of the platform that throws is reported later', async () => {
    const { create, settle } = createTestSocket()
    const Refused = function () {
      throw new DOMException('blocked by a policy', 'SecurityError')
    }
    const events = record(create({ WebSocket: Refused as never }))
    expect(events).toEqual([])
    await settle()
    expect(events).toEqual([['error', 3, 'could not dial: blocked by a policy']])
  })
})

describe('close()', () => {
  test.each([
    [1000, 1000],
    [3000, 3000],
    [4999, 4999],
    [2999.5, 3000],
    [3000.5, 3000],
    [3001.5, 3002],
    ['3000', 3000],
    [4999.4, 4999],
  ])('sends the code %j as %j', async (code, sent) => {
    const { server, open } = createTestSocket()
    const socket = await open()
    socket.close(code as number)
    expect(server.last.closed?.code).toBe(sent)
  })

  test.each([[0], [999], [1001], [1005], [2999], [5000], [65_536 + 1000], [Number.NaN], [null], ['x'], [-1], [2999.4]])(
    'throws InvalidAccessError for the code %j in every state',
    async (code) => {
      const { server, create, settle } = createTestSocket()
      const socket = create()
      const throws = (): void => expect(() => socket.close(code as number)).toThrow(named('InvalidAccessError'))
      throws()
      await settle()
      server.last.accept()
      throws()
      socket.close()
      throws()
      server.last.finish()
      throws()
    },
  )

  test('throws SyntaxError for a reason of more than 123 bytes of UTF-8, in every state', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    for (const reason of ['a'.repeat(124), 'é'.repeat(62), '\ud800'.repeat(42)])
      expect(() => socket.close(1000, reason)).toThrow(named('SyntaxError'))
    socket.close(1000, 'é'.repeat(61))
    expect(server.last.closed?.reason).toBe('é'.repeat(61))
    expect(() => socket.close(undefined, 'a'.repeat(124))).toThrow(named('SyntaxError'))
  })

  test('without a code ends with 1005, and passes no code to the platform', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    const events = record(socket)
    socket.close()
    expect([server.last.closed, socket.readyState]).toEqual([{ code: undefined, reason: '' }, 2])
    server.last.finish()
    expect(events).toEqual([['close', 3, { code: 1005, reason: '', wasClean: true }]])
  })

  test('with a code ends with the code and the reason of the closing handshake', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    const events = record(socket)
    socket.close(4001, 'bye')
    expect(socket.shouldReconnect).toBe(false)
    server.last.send('late')
    server.last.finish()
    expect(events).toEqual([['close', 3, { code: 4001, reason: 'bye', wasClean: true }]])
  })

  test('while dialling: readyState is CLOSING at once, error and close 1006 follow in a later task', async () => {
    const { clock, server, create, settle } = createTestSocket()
    const socket = create()
    const events = record(socket)
    await settle()
    socket.close(4001, 'never mind')
    expect([socket.readyState, events]).toEqual([2, []])
    await Promise.resolve()
    expect([socket.readyState, events]).toEqual([2, []])
    server.last.refuse()
    clock.advance(0)
    expect(events).toEqual([
      ['error', 3, ''],
      ['close', 3, lost],
    ])
    expect(server.alive).toBe(0)
  })

  test('directly after the constructor does the same, and no socket is made', async () => {
    const { server, create, settle } = createTestSocket()
    const socket = create()
    const events = record(socket)
    socket.close()
    socket.close()
    await settle()
    expect([typesOf(events), server.connections.length]).toEqual([['error', 'close'], 0])
  })

  test('during a wait ends it without another close event', async () => {
    const { clock, server, open } = createTestSocket()
    const socket = await open()
    const events = record(socket)
    server.last.drop()
    socket.close()
    clock.advance(60_000)
    expect([typesOf(events), server.connections.length, socket.readyState]).toEqual([['error', 'close'], 1, 3])
  })

  test('inside an open listener: readyState is CLOSING at once, and the message that follows is queued', async () => {
    const { server, create, settle } = createTestSocket()
    const socket = create()
    const seen: unknown[] = []
    socket.onopen = () => {
      socket.close(4000)
      seen.push(socket.readyState, socket.send('x'))
    }
    await settle()
    server.last.accept()
    expect(seen).toEqual([2, false])
    expect([server.last.received, server.last.closed?.code]).toEqual([[], 4000])
    printedOnce('close()')
  })

  test('inside a close listener ends the reconnection', async () => {
    const { clock, server, open } = createTestSocket()
    const socket = await open()
    socket.onclose = () => socket.close()
    const events = record(socket)
    server.last.drop()
    clock.advance(60_000)
    expect([typesOf(events), server.connections.length]).toEqual([['error', 'close'], 1])
  })

  test('a closing handshake that the server does not answer ends after closeTimeout with 1006', async () => {
    const { clock, open } = createTestSocket()
    const socket = await open({ closeTimeout: 500 })
    const events = record(socket)
    socket.close()
    clock.advance(499)
    expect(socket.readyState).toBe(2)
    clock.advance(1)
    expect(events).toEqual([['close', 3, lost]])
  })

  test('the default closeTimeout is 2 s', async () => {
    const { clock, open } = createTestSocket()
    const events = record(await open().then((socket) => (socket.close(), socket)))
    clock.advance(1999)
    expect(events).toEqual([])
    clock.advance(1)
    expect(events).toHaveLength(1)
  })
})

describe('event handlers', () => {
  test('are null at first, take functions and objects, and turn everything else into null', () => {
    const { create } = createTestSocket()
    const socket = create({ startClosed: true }) as unknown as Record<string, unknown>
    const handler = (): void => {}
    const object = { handleEvent: handler }
    for (const name of ['onopen', 'onmessage', 'onerror', 'onclose']) {
      expect(socket[name]).toBeNull()
      for (const value of [handler, object]) {
        socket[name] = value
        expect(socket[name]).toBe(value)
      }
      for (const value of [undefined, null, 1, 'text', true]) {
        socket[name] = handler
        socket[name] = value
        expect(socket[name]).toBeNull()
      }
    }
  })

  test('are called in the order of their first assignment among the listeners, with the socket as this', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    const calls: unknown[] = []
    socket.addEventListener('message', () => void calls.push('first'))
    socket.onmessage = () => calls.push('replaced')
    socket.addEventListener('message', () => void calls.push('last'))
    socket.onmessage = function (this: unknown, event: MessageEvent) {
      calls.push(this === socket && event.target === socket && event.data)
    } as never
    server.last.send('data')
    expect(calls).toEqual(['first', 'data', 'last'])
    calls.length = 0
    socket.onmessage = null
    socket.onmessage = () => calls.push('again')
    server.last.send('data')
    expect(calls).toEqual(['first', 'last', 'again'])
  })

  test('an object is kept and not called', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    let calls = 0
    ;(socket as { onmessage: unknown }).onmessage = { handleEvent: () => calls++ }
    server.last.send('data')
    expect(calls).toBe(0)
  })

  test('listener objects, once and signal work as on every EventTarget', async () => {
    const { server, open } = createTestSocket()
    const socket = await open()
    const calls: string[] = []
    const controller = new AbortController()
    socket.addEventListener('message', { handleEvent: () => void calls.push('object') })
    socket.addEventListener('message', () => void calls.push('once'), { once: true })
    socket.addEventListener('message', () => void calls.push('signal'), { signal: controller.signal })
    server.last.send('1')
    controller.abort()
    server.last.send('2')
    expect(calls).toEqual(['object', 'once', 'signal', 'object'])
  })
})

test('constants are read-only and enumerable on the class and its prototype', () => {
  for (const target of [ReconnectingWebSocket, ReconnectingWebSocket.prototype]) {
    ;['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].forEach((name, value) => {
      expect(Object.getOwnPropertyDescriptor(target, name)).toEqual({
        value,
        writable: false,
        enumerable: true,
        configurable: false,
      })
    })
  }
})

test('toString returns [object WebSocket], and logging the socket shows no URL', () => {
  const { create } = createTestSocket()
  const socket = create({}, 'ws://test/?token=secret')
  expect(String(socket)).toBe('[object WebSocket]')
  expect(JSON.stringify(socket)).not.toContain('secret')
  expect(Object.keys(socket)).toEqual([])
})

test('attributes are read-only accessors of the prototype', () => {
  const { create } = createTestSocket()
  const socket = create({ startClosed: true }) as unknown as Record<string, unknown>
  for (const name of ['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol', 'retryCount', 'client']) {
    const descriptor = Object.getOwnPropertyDescriptor(ReconnectingWebSocket.prototype, name)
    expect([typeof descriptor?.get, descriptor?.set, descriptor?.enumerable]).toEqual(['function', undefined, true])
    expect(() => (socket[name] = 1)).toThrow(TypeError)
  }
})

test('a subclass can override methods and add members', async () => {
  const { server, settle, clock, page } = createTestSocket()
  class Chat extends ReconnectingWebSocket {
    sent = 0
    override send(data: string): boolean {
      this.sent++
      return super.send(`<${data}>`)
    }
  }
  const socket = new Chat('ws://test/', [], { WebSocket: server.WebSocket, clock, environment: page })
  await settle()
  server.last.accept()
  socket.send('hi')
  expect([server.last.received, socket.sent, socket instanceof ReconnectingWebSocket]).toEqual([['<hi>'], 1, true])
  socket.close()
  server.last.finish()
})

test('a message event has the data and the origin of the platform', async () => {
  const { server, open } = createTestSocket()
  const socket = await open()
  const events: MessageEvent[] = []
  socket.onmessage = (event) => events.push(event)
  server.last.send('data')
  expect([events[0]!.data, events[0]!.origin, events[0] instanceof MessageEvent]).toEqual(['data', 'ws://test', true])
})

describe('binaryType', () => {
  test('is blob at first, and a new value applies to the open socket and to later ones', async () => {
    const { server, open, retry } = createTestSocket()
    const socket = await open()
    expect([socket.binaryType, server.last.socket.binaryType]).toEqual(['blob', 'blob'])
    socket.binaryType = 'arraybuffer'
    expect(server.last.socket.binaryType).toBe('arraybuffer')
    server.last.drop()
    await retry(socket)
    expect([socket.binaryType, server.last.socket.binaryType]).toEqual(['arraybuffer', 'arraybuffer'])
  })

  test('ignores an unknown value', () => {
    const { create } = createTestSocket()
    const socket = create()
    socket.binaryType = 'nonsense' as never
    expect(socket.binaryType).toBe('blob')
  })
})

test('protocol and extensions are empty before open, then those of the socket', async () => {
  const { server, create, settle } = createTestSocket()
  const socket = create({}, 'ws://test/', ['a', 'b'])
  expect([socket.protocol, socket.extensions]).toEqual(['', ''])
  await settle()
  server.last.accept('b')
  expect(socket.protocol).toBe('b')
})

test('readyState shows that the server closes before its close event', async () => {
  const { server, open } = createTestSocket()
  const socket = await open()
  Object.defineProperty(server.last.socket, 'readyState', { value: 2, writable: true })
  expect([socket.readyState, socket.send('kept')]).toEqual([2, false])
  Object.defineProperty(server.last.socket, 'readyState', { value: 1, writable: true })
})

test('send() without an argument throws TypeError', async () => {
  const { open } = createTestSocket()
  const socket = (await open()) as unknown as { send(): void }
  expect(() => socket.send()).toThrow(TypeError)
})

test('send() converts what is no string, buffer or blob to text, as the platform does', async () => {
  const { server, open } = createTestSocket()
  const socket = (await open()) as unknown as { send(value: unknown): void }
  const bytes = new Uint8Array([1, 2])
  for (const value of [1, null, undefined, { toString: () => 'object' }, bytes, bytes.buffer]) socket.send(value)
  expect(server.last.received).toEqual(['1', 'null', 'undefined', 'object', bytes, bytes.buffer])
})

/** Expects one printed warning that contains the text. */
function printedOnce(text: string): void {
  expect(printed.splice(0)).toEqual([expect.stringContaining(text)])
}
