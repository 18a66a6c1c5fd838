/** `guard` calls a user function and reports what it throws. */

import { expect, test } from 'vitest'
import { guard } from '../../src/base/guard.ts'

const createReporter = () => {
  const reports: unknown[] = []
  return { reports, report: (error: unknown) => void reports.push(error) }
}

test('guard() passes the arguments and returns the result', () => {
  const reporter = createReporter()
  expect(guard(reporter, (a: number, b: string) => `${a}${b}`, 1, 'x')).toBe('1x')
  expect(reporter.reports).toEqual([])
})

test('guard() passes no argument where none is given', () => {
  const counts: number[] = []
  const count = (...given: unknown[]): number => counts.push(given.length)
  guard(createReporter(), count)
  guard(createReporter(), count, 1)
  expect(counts).toEqual([0, 1])
})

test.each([new Error('mine'), 'text', undefined, null])(
  'guard() reports the thrown %o and returns undefined',
  (thrown) => {
    const reporter = createReporter()
    expect(
      guard(reporter, () => {
        throw thrown
      }),
    ).toBeUndefined()
    expect(reporter.reports).toEqual([thrown])
  },
)

test('guard() does nothing without a function', () => {
  const reporter = createReporter()
  expect(guard(reporter, undefined)).toBeUndefined()
  expect(reporter.reports).toEqual([])
})
