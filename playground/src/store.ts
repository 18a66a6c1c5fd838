// A minimal store that both Vue and React can subscribe to. Its value is replaced, never mutated.

/** A value with listeners. */
export interface Store<T> {
  get(): T
  set(value: T): void
  /** Calls the listener after each change; returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void
}

/** Creates a store. */
export function createStore<T>(value: T): Store<T> {
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (next === value) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
