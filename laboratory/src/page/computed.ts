import type { Result } from '../arena/protocol.ts'
import type { BuiltIn, Scenario } from '../scenario/schema.ts'
import { isVariant } from './address.ts'
import resultsUrl from '../../../docs/data/lab.json?url'

/** What the page reads of the file that `npm run lab:results` writes. */
export interface Computed {
  /** When, as an ISO date. */
  date: string
  /** With the seeds of the built-in scenarios, by their ids. */
  results: Partial<Record<string, Result>>
}

/** Returns the computed result of a built-in scenario, with the lanes of a scenario that differs from it only in these. */
export function computedResult(
  computed: Computed | null,
  { id, scenario: original }: BuiltIn,
  scenario: Scenario,
): Result | null {
  const result = computed?.results[id]
  if (!result || scenario.seed !== original.seed || !isVariant(scenario, original)) return null
  const { lanes } = scenario
  // A lane has the same result with and without other lanes.
  const laneResults = lanes.flatMap((lane) => result.lanes.find((one) => one.id === lane) ?? [])
  return { ...result, scenario: { ...result.scenario, lanes }, lanes: laneResults }
}

/** Loads the results that were computed before, or null if that fails: the page works without them. */
export async function loadComputed(): Promise<Computed | null> {
  try {
    const response = await fetch(resultsUrl)
    return response.ok ? ((await response.json()) as Computed) : null
  } catch {
    return null
  }
}
