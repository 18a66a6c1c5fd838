/** A map whose entries end, and which stays small: what ended, or is oldest, goes when something new comes. No timer. */

import type { Clock } from '../../clock.ts'

export interface Expiring<Value> {
  /** Undefined when there is none, or none any more. */
  get(key: string): Value | undefined
  /** Keeps it for `ms` from now. */
  set(key: string, value: Value, ms: number): void
  delete(key: string): void
}

/** @param most how many are kept */
export const expiring = <Value>(
  entries: Map<string, { value: Value; until: number }>,
  clock: Clock,
  most: number,
): Expiring<Value> => ({
  get: (key) => {
    const entry = entries.get(key)
    if (!entry || entry.until > clock.now()) return entry?.value
    entries.delete(key)
    return undefined
  },
  set: (key, value, ms) => {
    // Set again, it is the newest: the first are those set longest ago.
    entries.delete(key)
    entries.set(key, { value, until: clock.now() + ms })
    for (const [oldest, { until }] of entries) {
      if (entries.size <= most && until > clock.now()) return
      entries.delete(oldest)
    }
  },
  delete: (key) => void entries.delete(key),
})
