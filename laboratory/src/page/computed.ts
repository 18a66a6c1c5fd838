import type { Computed } from '../scenario/computed.ts'
import resultsUrl from '../../../docs/data/lab.json?url'

/** Loads the results that were computed before, or null if that fails: the page works without them. */
export async function loadComputed(): Promise<Computed | null> {
  try {
    const response = await fetch(resultsUrl)
    return response.ok ? ((await response.json()) as Computed) : null
  } catch {
    return null
  }
}
