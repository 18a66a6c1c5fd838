/** What a close frame can carry, and which codes are final for clients. */

import { expect, test } from 'vitest'
import { closeReason, isFinal, isSendable } from '../src/protocol/closeCodes.ts'
import { toJson } from '../src/protocol/json.ts'

test('a reason is cut to 123 bytes, between two characters', () => {
  expect(closeReason('x'.repeat(123))).toHaveLength(123)
  expect(closeReason('x'.repeat(124))).toHaveLength(123)
  expect(closeReason('ä'.repeat(62))).toBe('ä'.repeat(61))
})

test('the codes from 3500 to 3999, and from 4500 on, are final', () => {
  const codes = [3499, 3500, 3999, 4000, 4499, 4500, 4999]
  expect(codes.filter((code) => isFinal(code))).toEqual([3500, 3999, 4500, 4999])
})

test('the codes of local events, and numbers that are no codes, cannot be sent', () => {
  const codes = [999, 1000, 1003, 1004, 1006, 1007, 1014, 1015, 2999, 3000, 4999, 5000, 3000.5]
  expect(codes.filter((code) => isSendable(code))).toEqual([1000, 1003, 1007, 1014, 3000, 4999])
})

test('a value that JSON cannot represent is an error', () => {
  for (const value of [undefined, () => 1, Symbol('x')]) expect(() => toJson(value)).toThrow(TypeError)
})
