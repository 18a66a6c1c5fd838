// The results that `npm run lab:results` has computed.

import type { Result } from '../arena/protocol.ts'
import resultsUrl from '../../../docs/data/lab.json?url'

export interface Computed {
  /** When, as an ISO date. */
  date: string
  /** By the scenario's id. */
  results: Partial<Record<string, Result>>
}

/** Loads the results, or null if that fails: the page works without them. */
export async function loadComputed(): Promise<Computed | null> {
  try {
    const response = await fetch(resultsUrl)
    return response.ok ? ((await response.json()) as Computed) : null
  } catch {
    return null
  }
}
