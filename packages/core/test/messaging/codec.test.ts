/** What the codec refuses, out and in. */

import { describe, expect, test } from 'vitest'
import { type Codec, DecodeError, EncodeError, type Schema, json } from '../../src/index.ts'
import { recordEvents } from '../support/recordEvents.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

interface Chat {
  text: string
}

/** As a schema library would make it: trims what it takes, and names what it refuses. */
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

describe('send() of what the codec refuses throws and queues nothing', () => {
  test.each([
    ['raw: an object', undefined, { text: 'hello' }, /string, buffer or blob|string, ArrayBuffer/],
    ['raw: a number', undefined, 5, ''],
    ['raw: null', undefined, null, ''],
    ['raw: undefined', undefined, undefined, ''],
    ['raw: a map, which has a size', undefined, new Map(), ''],
    ['raw: an array', undefined, ['a'], ''],
    ['json: undefined', json(), undefined, 'undefined'],
    ['json: a function', json(), () => {}, 'function'],
    ['json: a symbol', json(), Symbol('x'), 'symbol'],
    ['json: a bigint', json(), 5n, 'BigInt'],
    ['json: a circle', json(), circular, 'circular'],
    ['schema: not of it', json({ outgoing: chat }), { text: 5 }, 'text: expected a string'],
    ['schema: an asynchronous one', json({ outgoing: asynchronous }), { text: 'x' }, 'asynchronous'],
    ['a codec of your own that throws', { encode: () => fail('no form'), decode: String }, 'x', 'no form'],
    ['a codec of your own that throws no error', { encode: () => throwText(), decode: String }, 'x', 'just text'],
  ])('%s', (_, codec, message, words) => {
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
      expect(thrown.message).toMatch(words)
      expect(thrown.cause).toBeDefined()
      expect(client.get()).toMatchObject({ queued: 0, status, error: undefined })
      expect(errors).toEqual([])
    }
    expect(server.last.received).toEqual([])
  })

  test.each(['text', new ArrayBuffer(1), new Uint8Array(1), new DataView(new ArrayBuffer(1)), new Blob(['x'])])(
    'raw: takes %o',
    (message) => {
      const { server, open } = createTestClient()
      expect(open().send(message)).toBe('sent')
      expect(server.last.received).toEqual([message])
    },
  )

  test('raw: takes an empty string and an empty buffer', () => {
    const { server, open } = createTestClient()
    const client = open()
    expect([client.send(''), client.send(new Uint8Array())]).toEqual(['sent', 'sent'])
    expect(server.last.received).toEqual(['', new Uint8Array()])
  })

  test('json: what the schema makes of a message is what is sent, once, also from the queue', () => {
    const { server, connect } = createTestClient()
    const client = connect({ codec: json<unknown, Chat>({ outgoing: chat }) })
    const message = { text: '  hello ' }
    client.send(message)
    message.text = 'changed since'
    server.last.accept()
    expect(server.last.received).toEqual(['{"text":"hello"}'])
  })
})

describe('a frame that the codec refuses is reported and skipped, and the connection stays', () => {
  test.each([
    ['no JSON', json(), '{"text":', 'JSON'],
    ['an empty text', json(), '', 'JSON'],
    ['a binary frame', json(), new ArrayBuffer(2), 'binary'],
    ['not of the schema', json({ incoming: chat }), '{"text":5}', 'text: expected a string'],
    ['a proper value that is no object', json({ incoming: chat }), 'null', 'text: expected a string'],
    ['an asynchronous schema', json({ incoming: asynchronous }), '{"text":"x"}', 'asynchronous'],
    ['a codec of your own that throws', { encode: String, decode: () => fail('unreadable') }, 'x', 'unreadable'],
    ['a codec of your own that throws undefined', { encode: String, decode: () => throwNothing() }, 'x', ''],
  ])('%s', (_, codec, frame, words) => {
    const { server, open } = createTestClient()
    const client = open({ codec: codec as Codec<unknown, unknown>, history: 5 })
    const [errors, messages] = [recordEvents(client, 'error'), recordEvents(client, 'message')]
    server.last.send(frame)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(DecodeError)
    expect(errors[0]).toMatchObject({ code: 'DecodeError', message: expect.stringContaining(words) })
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

  test('what comes after it is heard', () => {
    const { server, open } = createTestClient()
    const client = open({ codec: json<Chat>({ incoming: chat }) })
    const messages = recordEvents(client, 'message')
    server.last.send('nonsense')
    server.last.send('{"text":" fine "}')
    expect(messages).toEqual([{ text: 'fine' }])
  })

  test('it proves life all the same', () => {
    const { clock, server, open } = createTestClient()
    const client = open({ codec: json(), heartbeat: { interval: 1000, timeout: 1000 } })
    clock.advance(1500)
    server.last.send('nonsense')
    clock.advance(999)
    expect(client.get().status).toBe('open')
    expect(server.last.received).toEqual(['ping'])
  })

  test('messages that are null, undefined, false, 0 or empty are messages', () => {
    const { server, open } = createTestClient()
    const client = open({ codec: { encode: String, decode: (data) => [null, undefined, false, 0, ''][Number(data)] } })
    const messages = recordEvents(client, 'message')
    for (let n = 0; n < 5; n++) server.last.send(`${n}`)
    expect(messages).toEqual([null, undefined, false, 0, ''])
    expect(client.get().received).toBe(5)
  })

  test('keys that would poison a prototype stay keys', () => {
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
