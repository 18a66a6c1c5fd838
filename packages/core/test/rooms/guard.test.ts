/** A user's function may throw, and nobody else is stopped by it. */

import { expect, test } from 'vitest'
import { createGuard } from '../../src/guard.ts'

const made = () => {
  const reports: unknown[] = []
  return { reports, guard: createGuard((error) => void reports.push(error)) }
}

test('gives the answer, and the arguments', () => {
  const { guard, reports } = made()
  expect(guard((a: number, b: string) => `${a}${b}`, 1, 'x')).toBe('1x')
  expect(reports).toEqual([])
})

test.each([new Error('mine'), 'text', undefined, null])('reports what was thrown, %o, and answers nothing', (thrown) => {
  const { guard, reports } = made()
  expect(
    guard(() => {
      throw thrown
    }),
  ).toBeUndefined()
  expect(reports).toEqual([thrown])
})

test('does nothing where there is no function', () => {
  const { guard, reports } = made()
  expect(guard(undefined)).toBeUndefined()
  expect(reports).toEqual([])
})
