/** A user's function may throw, and nobody else is stopped by it. */

import { expect, test } from 'vitest'
import { guard } from '../../src/base/guard.ts'

const made = () => {
  const reports: unknown[] = []
  return { reports, report: (error: unknown) => void reports.push(error) }
}

test('gives the answer, and the arguments', () => {
  const reporter = made()
  expect(guard(reporter, (a: number, b: string) => `${a}${b}`, 1, 'x')).toBe('1x')
  expect(reporter.reports).toEqual([])
})

test.each([new Error('mine'), 'text', undefined, null])(
  'reports what was thrown, %o, and answers nothing',
  (thrown) => {
    const reporter = made()
    expect(
      guard(reporter, () => {
        throw thrown
      }),
    ).toBeUndefined()
    expect(reporter.reports).toEqual([thrown])
  },
)

test('does nothing where there is no function', () => {
  const reporter = made()
  expect(guard(reporter, undefined)).toBeUndefined()
  expect(reporter.reports).toEqual([])
})
