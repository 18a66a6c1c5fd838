import type { Result } from '../arena/protocol.ts'
import resultsUrl from '../../../docs/data/lab.json?url'

/** What the page reads of the file that `npm run lab:results` writes. */
export interface Computed {
  /** When, as an ISO date. */
  date: string
  /** With the seeds of the built-in scenarios, by their ids. */
  results: Partial<Record<string, Result>>
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
