import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ShimBuffer, bufferMethods } from '../src/shim/buffer.ts'
import { createHash, randomBytes, timingSafeEqual } from '../src/shim/crypto.ts'
import { isIPv6 } from '../src/shim/net.ts'

// `node:crypto` and `node:net` are the shims in this project.
const crypto = process.getBuiltinModule('node:crypto')
const net = process.getBuiltinModule('node:net')
const text = fc.string({ unit: 'binary', maxLength: 300 })

test('SHA-256 has the digests of Node, in both encodings', () => {
  fc.assert(
    fc.property(text, (message) => {
      for (const encoding of ['hex', 'base64url'] as const) {
        const expected = crypto.createHash('sha256').update(message).digest(encoding)
        expect(createHash('sha256').update(message).digest(encoding)).toBe(expected)
      }
    }),
  )
  expect(createHash('sha256').update('a').update('b').digest('hex')).toBe(
    crypto.createHash('sha256').update('ab').digest('hex'),
  )
  expect(() => createHash('md5')).toThrow('createHash: expected sha256, got md5')
})

test('buffers have the bytes and texts of Node', () => {
  fc.assert(
    fc.property(text, text, (one, other) => {
      const [shim, node] = [bufferMethods.concat([one, other].map(bufferMethods.from)), Buffer.from(one + other)]
      expect([...shim]).toEqual([...node])
      expect(bufferMethods.byteLength(one)).toBe(Buffer.byteLength(one))
      for (const encoding of ['utf8', 'hex', 'base64url'] as const) {
        expect(bufferMethods.from(one).toString(encoding)).toBe(Buffer.from(one).toString(encoding))
      }
    }),
  )
})

test('numbers and texts are written as by Node', () => {
  const write = (buffer: ShimBuffer | Buffer): number[] => {
    buffer.writeUInt16BE(0xabcd, 1)
    buffer.writeBigUInt64BE(2n ** 40n + 3n, 4)
    expect(buffer.write('héllo', 13)).toBe(6)
    return [...buffer.subarray(1, 19)]
  }
  expect(write(bufferMethods.allocUnsafe(20))).toEqual(write(Buffer.alloc(20)))
})

test('random bytes have their length, and comparisons and addresses their answers', () => {
  expect(randomBytes(9).toString('base64url')).toMatch(/^[\w-]{12}$/)
  const bytes = (...values: number[]): Uint8Array => new Uint8Array(values)
  expect(timingSafeEqual(bytes(1, 2), bytes(1, 2))).toBe(true)
  expect(timingSafeEqual(bytes(1, 2), bytes(1, 3))).toBe(false)
  expect(timingSafeEqual(bytes(1, 2), bytes(1))).toBe(false)
  for (const address of ['::1', '192.0.2.1', '', 'fe80::1']) expect(isIPv6(address)).toBe(net.isIPv6(address))
})
