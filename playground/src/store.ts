// A minimal store that both Vue and React can subscribe to. Its value is replaced, never mutated.

/** A value that can be followed. */
export interface Readable<T> {
  get(): T
  /** Calls the listener after each change; returns a function that unsubscribes it. */
  subscribe(listener: () => void): () => void
}

/** A value with listeners. */
export interface Store<T> extends Readable<T> {
  set(value: T): void
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
