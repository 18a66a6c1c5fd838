/** Measures how long the calls of a store take. */

import { type Clock, monotonicNow } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { HistogramSet } from './histogram.ts'

type Method = (...args: unknown[]) => unknown

/**
 * Passes each member of the store through, so that optional members need no line here. A promise is returned as it is. A method that
 * throws rejects instead: an error in the middle of a synchronous step, such as the close of a socket, would end the process.
 */
export const measureStore = (store: Store, clock: Clock, latencies: HistogramSet): Store => {
  const methods = new Map<PropertyKey, Method>()
  const members = store as unknown as Record<PropertyKey, unknown>
  const measured =
    (name: PropertyKey): Method =>
    (...args) => {
      const startedAt = monotonicNow(clock)
      const isSubscription = String(name).startsWith('on')
      let result: unknown
      try {
        result = (members[name] as Method).apply(store, args)
      } catch (error) {
        if (isSubscription) throw error
        return Promise.reject(error)
      }
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
