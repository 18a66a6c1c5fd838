/** A bounded map whose entries expire. Setting an entry removes expired and surplus entries, so no timer is needed. */

import { type Clock, monotonicNow } from '../../clock.ts'

export interface TtlMap<Value> {
  /** Returns undefined if there is no entry or it has expired. */
  get(key: string): Value | undefined
  /** Keeps the value for `ms` from now. */
  set(key: string, value: Value, ms: number): void
  delete(key: string): void
}

/**
 * @param limit the maximum number of entries; the entry set longest ago is removed first
 * @param onRemove is called for each value that is removed. `isSurplus` if it has not expired
 */
export const createTtlMap = <Value>(
  entries: Map<string, { value: Value; until: number }>,
  clock: Clock,
  limit: number,
  onRemove: (value: Value, isSurplus: boolean) => void = () => undefined,
): TtlMap<Value> => {
  const remove = (key: string, isSurplus = false): void => {
    const entry = entries.get(key)
    if (entries.delete(key)) onRemove(entry!.value, isSurplus)
  }
  return {
    get: (key) => {
      const entry = entries.get(key)
      if (!entry || entry.until > monotonicNow(clock)) return entry?.value
      remove(key)
      return undefined
    },
    set: (key, value, ms) => {
      // Deleting first moves the entry to the end, so that the map stays ordered by the time of `set`.
      entries.delete(key)
      entries.set(key, { value, until: monotonicNow(clock) + ms })
      for (const [oldest, { until }] of entries) {
        const hasExpired = until <= monotonicNow(clock)
        if (oldest === key || (entries.size <= limit && !hasExpired)) return
        remove(oldest, !hasExpired)
      }
    },
    delete: (key) => remove(key),
  }
}
