/** The close codes after which no other attempt is made. */

import { expect, test } from 'vitest'
import { closeInfo } from '../../src/transport/closeCodes.ts'

const isFinal = (code: number): boolean => closeInfo('server', { code }).final

test.each([1001, 1004, 1005, 1006, 1011, 1012, 1013, 1014, 1015, 3000, 3499, 4000, 4499])(
  'the code %d is followed by another attempt',
  (code) => {
    expect(isFinal(code)).toBe(false)
  },
)

test.each([1000, 1002, 1003, 1007, 1008, 1009, 1010, 3500, 3999, 4500, 4999])('the code %d is final', (code) => {
  expect(isFinal(code)).toBe(true)
})

test('exactly these of all possible codes are final', () => {
  const codes = Array.from({ length: 65_536 }, (_, code) => code).filter(isFinal)
  const range = (from: number): number[] => Array.from({ length: 500 }, (_, i) => from + i)
  expect(codes).toEqual([1000, 1002, 1003, 1007, 1008, 1009, 1010, ...range(3500), ...range(4500)])
})

test('a connection that ended without a close frame has the code 1006 and is not clean', () => {
  expect(closeInfo('network')).toEqual({ code: 1006, reason: '', wasClean: false, final: false, cause: 'network' })
})

test('the code, the reason and the cleanness of a close are passed on', () => {
  expect(closeInfo('server', { code: 4501, reason: 'go away', wasClean: true })).toEqual({
    code: 4501,
    reason: 'go away',
    wasClean: true,
    final: true,
    cause: 'server',
  })
})
