/** Between messages and frames, with a schema of the shape that Standard Schema asks of every library. */

import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { type Codec, json, raw } from '../../src/messaging/codec.ts'
import { byteLength } from '../../src/transport/frame.ts'

/** Standard Schema v1, as a library would carry it: its vendor, its version and the types of both sides. */
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

/** Reads `{ text, at }`, the time as ISO text, and gives it as a date. */
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
  test.each(['', 'text', new ArrayBuffer(3), new Uint8Array(3), new DataView(new ArrayBuffer(3)), new Blob(['abc'])])(
    'leaves %o as it is, both ways',
    (frame) => {
      const { encode, decode } = raw()
      expect(encode(frame)).toBe(frame)
      expect(decode(frame as string)).toBe(frame)
    },
  )

  test.each([undefined, null, 5, true, {}, [], Symbol('x'), new Map([[1, 2]]), { size: 3 }])('refuses %o', (value) => {
    expect(() => raw().encode(value as never)).toThrow()
  })
})

describe('json()', () => {
  test('gives back what JSON can hold', () => {
    const { encode, decode } = json()
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = encode(value)
        expect(typeof text).toBe('string')
        expect(decode(text as string)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test.each([undefined, () => {}, Symbol('x')])('has no form for %o', (value) => {
    expect(() => json().encode(value)).toThrow('JSON has no form')
  })

  test.each(['', '{', 'undefined', '{"a":}', "{'a':1}", 'ping'])('does not decode %o', (text) => {
    expect(() => json().decode(text)).toThrow(SyntaxError)
  })

  test.each([new ArrayBuffer(2), new Blob(['{}'])])('does not decode binary', (data) => {
    expect(() => json().decode(data)).toThrow('text frame')
  })

  test('a key named __proto__ stays a key', () => {
    const message = json<{ polluted?: unknown }>().decode('{"__proto__":{"polluted":true}}')
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('polluted')
  })
})

describe('a schema', () => {
  test('types the messages, and what it returns is what is delivered', () => {
    const codec = json({ incoming: stamped })
    expectTypeOf(codec).toExtend<Codec<Stamped, unknown>>()
    expect(codec.decode('{"text":"a","at":"2026-01-02T03:04:05Z","more":1}')).toEqual({
      text: 'a',
      at: new Date('2026-01-02T03:04:05Z'),
    })
  })

  test('what it returns is what is sent', () => {
    const codec = json({ outgoing: stamped })
    expect(codec.encode({ text: 'a', at: '2026-01-02' } as never)).toBe('{"text":"a","at":"2026-01-02T00:00:00.000Z"}')
  })

  test('guards each direction alone', () => {
    expect(json({ incoming: stamped }).encode('anything')).toBe('"anything"')
    expect(json({ outgoing: stamped }).decode('"anything"')).toBe('anything')
  })

  test('says all that is wrong, and where', () => {
    expect(() => json({ incoming: stamped }).decode('{}')).toThrow('text: expected text; at.0: expected a time')
    expect(() => json({ outgoing: stamped }).encode({} as never)).toThrow('text: expected text; at.0: expected a time')
    expect(() => json({ incoming: refusing([{ message: 'no' }]) }).decode('1')).toThrow('no')
  })

  test('refuses without giving a reason too', () => {
    expect(() => json({ incoming: refusing([]) }).decode('1')).toThrow(TypeError)
  })

  test('that is asynchronous is a mistake, and named', () => {
    expect(() => json({ incoming: asynchronous }).decode('"a"')).toThrow('asynchronous')
    expect(() => json({ outgoing: asynchronous }).encode('a')).toThrow('asynchronous')
  })
})

test('bytes are those of UTF-8', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(byteLength(text)).toBe(Buffer.from(text, 'utf8').length)
    }),
  )
})

test('bytes of a buffer are its own, of a view those it shows, of a blob its size', () => {
  expect(byteLength(new ArrayBuffer(8))).toBe(8)
  expect(byteLength(new Uint16Array(new ArrayBuffer(8), 2, 2))).toBe(4)
  expect(byteLength(new Blob(['é']))).toBe(2)
})
