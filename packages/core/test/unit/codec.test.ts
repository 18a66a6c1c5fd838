/** `raw()` and `json()`, with schemas of the interface Standard Schema. */

import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Codec, json, raw } from '../../src/messaging/codec.ts'
import { byteLength } from '../../src/transport/frame.ts'

/** Standard Schema v1 as libraries declare it. */
interface StandardSchemaV1<Input, Output> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}
type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
      }[]
    }

interface Stamped {
  text: string
  at: Date
}

/** Accepts `{ text, at }` with an ISO time, and returns the time as a date. */
const stamped: StandardSchemaV1<{ text: string; at: string }, Stamped> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { text, at } = (value ?? {}) as { text?: unknown; at?: unknown }
      const issues = []
      if (typeof text !== 'string') issues.push({ message: 'expected text', path: ['text'] })
      if (Number.isNaN(Date.parse(String(at)))) issues.push({ message: 'expected a time', path: [{ key: 'at' }, 0] })
      return issues.length ? { issues } : { value: { text: text as string, at: new Date(String(at)) } }
    },
  },
}
const refusing = (issues: { message: string }[]): StandardSchemaV1<unknown, never> => ({
  '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) },
})
const asynchronous: StandardSchemaV1<string, string> = {
  '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value: String(value) }) },
}

describe('raw()', () => {
  test.each([
    ['an empty string', ''],
    ['text', 'text'],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['a typed array', new Uint8Array(3)],
    ['a DataView', new DataView(new ArrayBuffer(3))],
    ['a Blob', new Blob(['abc'])],
  ])('returns %s unchanged when encoding and decoding', (_, frame) => {
    const { encode, decode } = raw()
    expect(encode(frame)).toBe(frame)
    expect(decode(frame as string)).toBe(frame)
  })

  test.each([undefined, null, 5, true, {}, [], Symbol('x'), new Map([[1, 2]]), { size: 3 }])('rejects %o', (value) => {
    expect(() => raw().encode(value as never)).toThrow()
  })
})

describe('json()', () => {
  test('decodes every JSON value that it encoded', () => {
    const { encode, decode } = json()
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = encode(value)
        expect(typeof text).toBe('string')
        expect(decode(text as string)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test.each([undefined, () => {}, Symbol('x')])('throws on encoding %o', (value) => {
    expect(() => json().encode(value)).toThrow('JSON has no form')
  })

  test.each(['', '{', 'undefined', '{"a":}', "{'a':1}", 'ping'])('throws a SyntaxError on decoding %o', (text) => {
    expect(() => json().decode(text)).toThrow(SyntaxError)
  })

  test.each([
    ['an ArrayBuffer', new ArrayBuffer(2)],
    ['a Blob', new Blob(['{}'])],
  ])('throws on decoding %s', (_, data) => {
    expect(() => json().decode(data)).toThrow('text frame')
  })

  test('decodes a key named __proto__ as a key', () => {
    const message = json<{ polluted?: unknown }>().decode('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('a schema of json()', () => {
  test('determines the type of received messages, and its output is delivered', () => {
    const codec = json({ incoming: stamped })
    expectTypeOf(codec).toExtend<Codec<Stamped, unknown>>()
    expect(codec.decode('{"text":"a","at":"2026-01-02T03:04:05Z","more":1}')).toEqual({
      text: 'a',
      at: new Date('2026-01-02T03:04:05Z'),
    })
  })

  test('determines sent messages: its output is sent', () => {
    const codec = json({ outgoing: stamped })
    expect(codec.encode({ text: 'a', at: '2026-01-02' } as never)).toBe('{"text":"a","at":"2026-01-02T00:00:00.000Z"}')
  })

  test('checks only the direction that it is given for', () => {
    expect(json({ incoming: stamped }).encode('anything')).toBe('"anything"')
    expect(json({ outgoing: stamped }).decode('"anything"')).toBe('anything')
  })

  test('reports all issues with their paths', () => {
    expect(() => json({ incoming: stamped }).decode('{}')).toThrow('text: expected text; at.0: expected a time')
    expect(() => json({ outgoing: stamped }).encode({} as never)).toThrow('text: expected text; at.0: expected a time')
    expect(() => json({ incoming: refusing([{ message: 'no' }]) }).decode('1')).toThrow('no')
  })

  test('may reject without an issue', () => {
    expect(() => json({ incoming: refusing([]) }).decode('1')).toThrow(TypeError)
  })

  test('that is asynchronous is rejected by name', () => {
    expect(() => json({ incoming: asynchronous }).decode('"a"')).toThrow('asynchronous')
    expect(() => json({ outgoing: asynchronous }).encode('a')).toThrow('asynchronous')
  })
})

test('byteLength() of text is its length in UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(byteLength(text)).toBe(Buffer.from(text, 'utf8').length)
    }),
  )
})

test('byteLength() of a buffer, a view and a blob is the number of their own bytes', () => {
  expect(byteLength(new ArrayBuffer(8))).toBe(8)
  expect(byteLength(new Uint16Array(new ArrayBuffer(8), 2, 2))).toBe(4)
  expect(byteLength(new Blob(['é']))).toBe(2)
})
