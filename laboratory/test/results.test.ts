import { expect, test } from 'vitest'
import { readResults } from '../scripts/tables.ts'
import { BUILT_IN } from '../src/scenario/builtIn.ts'

test.each(BUILT_IN.map(({ id }) => id))('in the results of %s, the session reports each loss, for each seed', (id) => {
  const counters = readResults().spreads[id]?.holdfastSession
  const { lost, announced, unsent, unsentReported, doubled, sentTwice } = counters ?? {}
  // Median, least and greatest over the seeds: a seed without a report would make the least false.
  const isLosing = lost?.map((value) => Number(value) > 0)
  expect(announced).toEqual(isLosing)
  expect(unsentReported).toEqual(unsent)
  expect([doubled, sentTwice]).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
})
