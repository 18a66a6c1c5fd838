// The smallest thing that both Vue and React can watch: a value that is replaced, never changed.

/** A value with listeners. */
export interface Store<T> {
  get(): T
  set(value: T): void
  /** Calls the listener after each change; returns how to stop. */
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
