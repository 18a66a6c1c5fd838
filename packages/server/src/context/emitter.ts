/** Typed listeners. An error thrown by a listener is reported and does not stop the other listeners, except in `emitAsync`. */

export interface Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  /** Adds a listener. Returns a function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => unknown): () => void
  /** Calls all listeners. Their errors and rejections are reported. */
  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void
  /** Calls the listeners one after the other and waits for each. Resolves with the first result that is not undefined. @throws the error of a listener */
  emitAsync<Name extends keyof Events>(name: Name, ...args: Events[Name]): Promise<unknown>
  listenerCount(name: keyof Events): number
}

/** @param onError receives the errors of listeners. It must not throw */
export const createEmitter = <Events extends { [Name in keyof Events]: unknown[] }>(
  onError: (error: unknown, name: keyof Events) => void,
): Emitter<Events> => {
  type Listener = (...args: unknown[]) => unknown
  /** A list is replaced on each change and never mutated, so that a running `emit` keeps its own list. */
  const lists = new Map<keyof Events, readonly { listener: Listener }[]>()
  const listOf = (name: keyof Events): readonly { listener: Listener }[] => lists.get(name) ?? []
  return {
    on: (name, listener) => {
      const entry = { listener: listener as Listener }
      lists.set(name, [...listOf(name), entry])
      return () =>
        void lists.set(
          name,
          listOf(name).filter((other) => other !== entry),
        )
    },
    emit: (name, ...args) => {
      for (const { listener } of listOf(name)) {
        try {
          const result = listener(...args)
          // Any thenable, also one of another realm or library.
          if (Object(result) === result) Promise.resolve(result).catch((error: unknown) => onError(error, name))
        } catch (error) {
          onError(error, name)
        }
      }
    },
    emitAsync: async (name, ...args) => {
      let first: unknown
      for (const { listener } of listOf(name)) {
        const result = await listener(...args)
        if (first === undefined) first = result
      }
      return first
    },
    listenerCount: (name) => listOf(name).length,
  }
}
