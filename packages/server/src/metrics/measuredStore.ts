/** Measures how long the calls of a store take. */

import { type Clock, monotonicNow } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { HistogramSet } from './histogram.ts'

type Method = (...args: unknown[]) => unknown

/** Passes each member of the store through, so that optional members need no line here. A promise is returned as it is. */
export const measureStore = (store: Store, clock: Clock, latencies: HistogramSet): Store => {
  const methods = new Map<PropertyKey, Method>()
  const members = store as unknown as Record<PropertyKey, unknown>
  const measured =
    (name: PropertyKey): Method =>
    (...args) => {
      const startedAt = monotonicNow(clock)
      const result = (members[name] as Method).apply(store, args)
      if (result instanceof Promise) {
        const observe = (): void => latencies.observe(String(name), monotonicNow(clock) - startedAt)
        result.then(observe, observe)
      }
      return result
    }
  return new Proxy({} as Store, {
    get: (_, name) => {
      if (typeof members[name] !== 'function') return members[name]
      const method = methods.get(name) ?? measured(name)
      methods.set(name, method)
      return method
    },
  })
}
