/** The socket of `createFakeServer()`: events, handlers, arguments and errors are those of WHATWG WebSockets. */

import { describe, expect, test, vi } from 'vitest'
import { type FakeConnection, createFakeServer } from '../../src/testing/index.ts'

const dial = (
  url: string | URL = 'ws://test/',
  protocols?: string | string[],
): { socket: WebSocket; connection: FakeConnection } => {
  const server = createFakeServer({ auto: false })
  const socket = new server.WebSocket(url as string, protocols)
  return { socket, connection: server.last }
}
const open = (): ReturnType<typeof dial> => {
  const dialled = dial()
  dialled.connection.accept()
  return dialled
}
const nameOf = (call: () => unknown): string | undefined => {
  try {
    call()
  } catch (error) {
    return (error as Error).name
  }
  return undefined
}

describe('events', () => {
  test('that are copied by their constructor keep all fields, also where the platform has no CloseEvent', () => {
    const { socket, connection } = dial()
    const copies: Event[] = []
    const copy = (event: Event): void => {
      const Constructor = event.constructor as new (type: string, init: unknown) => Event
      copies.push(new Constructor(event.type, event))
    }
    for (const type of ['open', 'message', 'error', 'close']) socket.addEventListener(type, copy)
    connection.accept()
    connection.send('hello')
    connection.close(4001, 'enough')
    expect(copies.map(({ type }) => type)).toEqual(['open', 'message', 'close'])
    expect(copies[1]).toBeInstanceOf(MessageEvent)
    expect(copies[1]).toMatchObject({ data: 'hello', origin: 'ws://test' })
    expect(copies[2]).toMatchObject({ code: 4001, reason: 'enough', wasClean: true })
    if (globalThis.CloseEvent) expect(copies[2]).toBeInstanceOf(CloseEvent)
  })

  test('have the socket as target, in handlers too', () => {
    const { socket, connection } = dial()
    const targets: unknown[] = []
    socket.onopen = ({ target, currentTarget }) => targets.push(target, currentTarget)
    connection.accept()
    expect(targets).toEqual([socket, socket])
  })

  test('reach handlers and listeners in the order in which they were added, and a handler that is replaced keeps its turn', () => {
    const { socket, connection } = open()
    const calls: string[] = []
    const record = (name: string) => (): void => void calls.push(name)
    socket.addEventListener('message', record('first'))
    socket.onmessage = record('handler')
    socket.addEventListener('message', record('second'))
    socket.onmessage = record('new handler')
    connection.send('a')
    expect(calls.splice(0)).toEqual(['first', 'new handler', 'second'])
    socket.onmessage = null
    socket.onmessage = record('late handler')
    connection.send('b')
    expect(calls).toEqual(['first', 'second', 'late handler'])
  })

  test('reach a listener that is added with once only once, and an object with handleEvent', () => {
    const { socket, connection } = open()
    const calls: unknown[] = []
    socket.addEventListener('message', () => calls.push('once'), { once: true })
    socket.addEventListener('message', { handleEvent: ({ data }: MessageEvent) => void calls.push(data) })
    connection.send('a')
    connection.send('b')
    expect(calls).toEqual(['once', 'a', 'b'])
  })

  test('reach the others if a handler throws, and the exception does not reach the server', async () => {
    const { socket, connection } = open()
    const uncaught = new Promise((resolve) => {
      // Vitest's own listener would fail the run.
      const others = process.listeners('uncaughtException')
      process.removeAllListeners('uncaughtException')
      process.once('uncaughtException', (error) => {
        for (const other of others) process.on('uncaughtException', other)
        resolve(error)
      })
    })
    const bug = new Error('a bug in the application')
    socket.onmessage = () => {
      throw bug
    }
    const listener = vi.fn<() => void>()
    socket.addEventListener('message', listener)
    connection.send('a')
    expect(listener).toHaveBeenCalledTimes(1)
    expect(await uncaught).toBe(bug)
  })

  test('of a lost connection are error and then close, both in the state CLOSED', () => {
    const { socket, connection } = open()
    const events: unknown[] = []
    socket.onclose = ({ type, code, wasClean }) => events.push([type, socket.readyState, code, wasClean])
    socket.onerror = ({ type }) => events.push([type, socket.readyState])
    connection.drop()
    expect(events).toEqual([
      ['error', 3],
      ['close', 3, 1006, false],
    ])
  })

  test('of binary messages carry data in the form that binaryType selects', async () => {
    const { socket, connection } = open()
    const data: unknown[] = []
    socket.onmessage = (event) => data.push(event.data)
    const bytes = new Uint8Array([1, 2]).buffer
    connection.send(bytes)
    socket.binaryType = 'arraybuffer'
    socket.binaryType = 'nodebuffer' as never
    connection.send(bytes)
    expect(data[0]).toBeInstanceOf(Blob)
    expect(new Uint8Array(await (data[0] as Blob).arrayBuffer())).toEqual(new Uint8Array([1, 2]))
    expect([data[1], socket.binaryType]).toEqual([bytes, 'arraybuffer'])
  })
})

describe('the constructor', () => {
  test.each([
    ['ws://test', 'ws://test/'],
    ['HTTPS://Test:443/a b', 'wss://test/a%20b'],
    [new URL('http://test/x'), 'ws://test/x'],
  ])('normalises the URL %s', (url, normalised) => {
    const { socket, connection } = dial(url)
    expect([socket.url, connection.url]).toEqual([normalised, normalised])
  })

  test.each(['ftp://test/', '/chat', 'ws://test/#top', 'ws://test/#', 'ws://te st/'])(
    'throws a SyntaxError for the URL %s',
    (url) => expect(nameOf(() => dial(url))).toBe('SyntaxError'),
  )

  test.each(['', 'a b', 'é', 'a,b', ['a', 'a'], ['a', '']])(
    'throws a SyntaxError for the subprotocols %j',
    (protocols) => expect(nameOf(() => dial('ws://test/', protocols))).toBe('SyntaxError'),
  )

  test('takes no subprotocols, one, or a list', () => {
    const given = [undefined, 'a', ['a', 'b.c']].map((protocols) => dial('ws://test/', protocols).connection.protocols)
    expect(given).toEqual([[], ['a'], ['a', 'b.c']])
  })
})

describe('close()', () => {
  test('throws a SyntaxError for a reason over 123 bytes of UTF-8, and stays open', () => {
    const { socket } = open()
    for (const reason of ['x'.repeat(124), 'é'.repeat(62)]) {
      expect(nameOf(() => socket.close(1000, reason))).toBe('SyntaxError')
    }
    expect(socket.readyState).toBe(1)
    socket.close(1000, 'x'.repeat(123))
    expect(socket.readyState).toBe(2)
  })

  test('throws an InvalidAccessError for a code of the platform', () =>
    expect(nameOf(() => open().socket.close(1001))).toBe('InvalidAccessError'))
})

describe('send()', () => {
  test('throws an InvalidStateError before the connection is open', () =>
    expect(nameOf(() => dial().socket.send('early'))).toBe('InvalidStateError'))

  test('adds to bufferedAmount what can no longer be sent', () => {
    const { socket, connection } = open()
    socket.send('sent')
    socket.close()
    socket.send('é')
    socket.send(new Uint8Array(3))
    connection.finish()
    socket.send(new Blob(['four']))
    expect([connection.received, socket.bufferedAmount]).toEqual([['sent'], 2 + 3 + 4])
  })

  test('converts other values to text', () => {
    const { socket, connection } = open()
    socket.send(5 as never)
    expect(connection.received).toEqual(['5'])
  })
})
