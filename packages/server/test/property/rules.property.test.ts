/** The proof that the random lives see each rule: without it one of them goes wrong. */

import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { live, lives } from './scenario.ts'
import { spoil } from './buildWithoutRule.ts'
import { spoilings } from './ruleRemovals.ts'

const caught: string[] = []
afterAll(() =>
  console.log(`${caught.length} of ${spoilings.length} rules taken out were noticed:\n  ${caught.join('\n  ')}`),
)

test.each(spoilings)(
  '$rule, $bug: is noticed',
  async (spoiling) => {
    const parts = await spoil(spoiling)
    let violation = ''
    const { failed, numRuns } = await fc.check(
      fc.asyncProperty(lives, async (life) => {
        try {
          ;[violation = ''] = await live(parts, life)
        } catch (error) {
          violation = `${error}`
        }
        return !violation
      }),
      { numRuns: 3000, seed: 7, endOnFailure: true },
    )
    expect(failed, 'no life went wrong').toBe(true)
    caught.push(`${spoiling.rule}, ${spoiling.bug}\n      life ${numRuns}: ${violation}`)
  },
  600_000,
)
