/** A memory store whose calls stop returning, or reject, on command. */

import { memoryStore } from '../../src/store/memory/memoryStore.ts'
import type { Store } from '../../src/store/store.ts'

export interface HangingStore {
  readonly store: Store
  /** From now on, calls never return. @param methods all of them by default */
  hang(...methods: (keyof Store)[]): void
  /** From now on, all calls reject. */
  fail(): void
}

export const hangingStore = (): HangingStore => {
  const memory = memoryStore()
  let hanging: readonly (keyof Store)[] | 'all' = []
  let fails = false
  const store = new Proxy(memory, {
    get: (target, name: keyof Store) => {
      const member = target[name] as unknown
      if (typeof member !== 'function' || name.startsWith('on')) return member
      return (...args: unknown[]): unknown => {
        if (fails) return Promise.reject(new Error(`${name} has failed`))
        return hanging === 'all' || hanging.includes(name) ? new Promise(() => undefined) : member.apply(target, args)
      }
    },
  })
  return {
    store,
    hang: (...methods) => {
      hanging = methods.length > 0 ? methods : 'all'
    },
    fail: () => {
      fails = true
    },
  }
}
