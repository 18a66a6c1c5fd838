/** Shows that the random scenarios test each rule of PROTOCOL.md: without the rule, one of them breaks a promise. */

import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { buildWithoutRule } from './rules/buildWithoutRule.ts'
import { ruleRemovals, titleOf } from './rules/ruleRemovals.ts'
import { runScenario, scenarios } from './scenario.ts'

const caught: string[] = []
afterAll(() =>
  console.log(`${caught.length} of ${ruleRemovals.length} removed rules were noticed:\n  ${caught.join('\n  ')}`),
)

test.each(ruleRemovals.map((removal) => [titleOf(removal), removal] as const))(
  'the invariants detect this removed rule: %s',
  async (title, removal) => {
    const modules = await buildWithoutRule(removal)
    let violation = ''
    const { failed, numRuns } = await fc.check(
      fc.asyncProperty(scenarios, async (scenario) => {
        try {
          ;[violation = ''] = await runScenario(modules, scenario)
        } catch (error) {
          violation = `${error}`
        }
        return !violation
      }),
      { numRuns: 3000, seed: 7, endOnFailure: true },
    )
    expect(failed, 'no scenario broke a promise').toBe(true)
    caught.push(`${title}\n      scenario ${numRuns}: ${violation}`)
  },
  600_000,
)
