/** Messages and frames that the codec rejects. */

import { describe, expect, test } from 'vitest'
import { type Codec, DecodeError, EncodeError, type Schema, json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

interface Chat {
  text: string
}

/** A schema as a library would make it: trims valid text, and names the invalid property. */
const chat: Schema<Chat> = {
  '~standard': {
    validate: (value) => {
      const text = (value as { text?: unknown } | null)?.text
      return typeof text === 'string'
        ? { value: { text: text.trim() } }
        : { issues: [{ message: 'expected a string', path: ['text'] }] }
    },
  },
}
const asynchronous: Schema<Chat> = { '~standard': { validate: async () => ({ value: { text: '' } }) } }
const circular: { self?: object } = {}
circular.self = circular

describe('send()', () => {
  test.each([
    ['an object, without a codec', undefined, { text: 'hello' }, /string, buffer or blob|string, ArrayBuffer/],
    ['a number, without a codec', undefined, 5, ''],
    ['null, without a codec', undefined, null, ''],
    ['undefined, without a codec', undefined, undefined, ''],
    ['a map, which has a size as blobs do, without a codec', undefined, new Map(), ''],
    ['an array, without a codec', undefined, ['a'], ''],
    ['undefined, with json()', json(), undefined, 'undefined'],
    ['a function, with json()', json(), () => {}, 'function'],
    ['a symbol, with json()', json(), Symbol('x'), 'symbol'],
    ['a bigint, with json()', json(), 5n, 'BigInt'],
    ['a circular object, with json()', json(), circular, 'circular'],
    ['a message that the schema rejects', json({ outgoing: chat }), { text: 5 }, 'text: expected a string'],
    ['any message, with an asynchronous schema', json({ outgoing: asynchronous }), { text: 'x' }, 'asynchronous'],
    ['any message, with a codec that throws', { encode: () => fail('no form'), decode: String }, 'x', 'no form'],
    ['any message, with a codec that throws a string', { encode: () => throwText(), decode: String }, 'x', 'just text'],
  ])('throws an EncodeError and queues nothing: %s', (_, codec, message, expected) => {
    const { server, connect, open } = createTestClient()
    for (const client of [
      connect({ codec: codec as Codec<unknown, unknown> }),
      open({ codec: codec as Codec<unknown, unknown> }),
    ]) {
      const errors = recordEvents(client, 'error')
      const { status } = client.get()
      const thrown = failure(() => client.send(message))
      expect(thrown).toBeInstanceOf(EncodeError)
      expect(thrown.code).toBe('EncodeError')
      expect(thrown.message).toMatch(expected)
      expect(thrown.cause).toBeDefined()
      expect(client.get()).toMatchObject({ queued: 0, status, error: undefined })
      expect(errors).toEqual([])
    }
    expect(server.last.received).toEqual([])
  })

  test.each([
    ['text', 'text'],
    ['an ArrayBuffer', new ArrayBuffer(1)],
    ['a typed array', new Uint8Array(1)],
    ['a DataView', new DataView(new ArrayBuffer(1))],
    ['a Blob', new Blob(['x'])],
  ])('sends %s unchanged without a codec', (_, message) => {
    const { server, open } = createTestClient()
    expect(open().send(message)).toBe('sent')
    expect(server.last.received).toEqual([message])
  })

  test('sends an empty string and an empty buffer', () => {
    const { server, open } = createTestClient()
    const client = open()
    expect([client.send(''), client.send(new Uint8Array())]).toEqual(['sent', 'sent'])
    expect(server.last.received).toEqual(['', new Uint8Array()])
  })

  test('sends the output of the schema as it was when send() was called, also from the queue', () => {
    const { server, connect } = createTestClient()
    const client = connect({ codec: json<unknown, Chat>({ outgoing: chat }) })
    const message = { text: '  hello ' }
    client.send(message)
    message.text = 'changed since'
    server.last.accept()
    expect(server.last.received).toEqual(['{"text":"hello"}'])
  })
})

describe('a received frame', () => {
  test.each([
    ['invalid JSON', json(), '{"text":', 'JSON'],
    ['an empty text', json(), '', 'JSON'],
    ['a binary frame', json(), new ArrayBuffer(2), 'binary'],
    ['an object that the schema rejects', json({ incoming: chat }), '{"text":5}', 'text: expected a string'],
    ['null, which the schema rejects', json({ incoming: chat }), 'null', 'text: expected a string'],
    ['any frame, with an asynchronous schema', json({ incoming: asynchronous }), '{"text":"x"}', 'asynchronous'],
    ['any frame, with a codec that throws', { encode: String, decode: () => fail('unreadable') }, 'x', 'unreadable'],
    ['any frame, with a codec that throws undefined', { encode: String, decode: () => throwNothing() }, 'x', ''],
  ])('that the codec rejects emits a DecodeError and keeps the connection: %s', (_, codec, frame, expected) => {
    const { server, open } = createTestClient()
    const client = open({ codec: codec as Codec<unknown, unknown>, history: 5 })
    const [errors, messages] = [recordEvents(client, 'error'), recordEvents(client, 'message')]
    server.last.send(frame)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(DecodeError)
    expect(errors[0]).toMatchObject({ code: 'DecodeError', message: expect.stringContaining(expected) })
    expect(client.get()).toMatchObject({
      status: 'open',
      received: 0,
      lastMessage: undefined,
      messages: [],
      error: errors[0],
    })
    expect(messages).toEqual([])
    expect(consoleErrors).toEqual([])
  })

  test('is delivered after an earlier one that could not be decoded', () => {
    const { server, open } = createTestClient()
    const client = open({ codec: json<Chat>({ incoming: chat }) })
    const messages = recordEvents(client, 'message')
    server.last.send('nonsense')
    server.last.send('{"text":" fine "}')
    expect(messages).toEqual([{ text: 'fine' }])
    expect(consoleErrors.splice(0)).toEqual([expect.stringMatching(/^DecodeError: SyntaxError: /)])
  })

  test('that cannot be decoded still counts as a sign of life for the heartbeat', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ codec: json(), heartbeat: { interval: 1000, timeout: 1000 } })
    clock.advance(1500)
    server.last.send('nonsense')
    clock.advance(1999)
    expect(client.get().status).toBe('open')
    clock.advance(1)
    expect(client.get().status).toBe('reconnecting')
    expect(consoleErrors.splice(0)).toEqual([expect.stringMatching(/^DecodeError: SyntaxError: /)])
  })

  test('that decodes to null, undefined, false, 0 or an empty string is delivered', () => {
    const { server, open } = createTestClient()
    const client = open({ codec: { encode: String, decode: (data) => [null, undefined, false, 0, ''][Number(data)] } })
    const messages = recordEvents(client, 'message')
    for (let n = 0; n < 5; n++) server.last.send(`${n}`)
    expect(messages).toEqual([null, undefined, false, 0, ''])
    expect(client.get().received).toBe(5)
  })

  test('with the key __proto__ changes no prototype and matches no heartbeat reply', () => {
    const { server, open } = createTestClient()
    const client = open({
      codec: json(),
      heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' }, interval: 1000, timeout: 1000 },
    })
    server.last.send('{"__proto__":{"type":"pong"},"constructor":1}')
    expect(client.get()).toMatchObject({ received: 1, latency: undefined })
    expect(({} as { type?: string }).type).toBeUndefined()
  })
})

const fail = (message: string): never => {
  throw new TypeError(message)
}
const throwText = (): never => {
  // eslint-disable-next-line no-throw-literal
  throw 'just text'
}
const throwNothing = (): never => {
  throw undefined
}
const failure = (call: () => unknown): EncodeError => {
  try {
    call()
  } catch (error) {
    return error as EncodeError
  }
  throw new Error('nothing was thrown')
}
