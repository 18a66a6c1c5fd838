/** Typed listeners. One that throws stops nobody else, save where its answer is waited for. */

export interface Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  /** Adds a listener; returns its removal. */
  on<Name extends keyof Events>(name: Name, listener: (...given: Events[Name]) => unknown): () => void
  /** Tells all; what they throw or reject is reported. */
  tell<Name extends keyof Events>(name: Name, ...given: Events[Name]): void
  /** Waits for one after the other; gives the first answer that is not undefined. @throws what a listener throws */
  ask<Name extends keyof Events>(name: Name, ...given: Events[Name]): Promise<unknown>
  count(name: keyof Events): number
  clear(): void
}

/** @param failed is told what a listener threw, and must not throw itself */
export const createEmitter = <Events extends { [Name in keyof Events]: unknown[] }>(
  failed: (error: unknown, name: keyof Events) => void,
): Emitter<Events> => {
  type Listener = (...given: unknown[]) => unknown
  /** Lists are replaced, never changed: a call under way keeps the one it began with. */
  const lists = new Map<keyof Events, readonly { listener: Listener }[]>()
  const list = (name: keyof Events): readonly { listener: Listener }[] => lists.get(name) ?? []
  return {
    on: (name, listener) => {
      const entry = { listener: listener as Listener }
      lists.set(name, [...list(name), entry])
      return () =>
        void lists.set(
          name,
          list(name).filter((other) => other !== entry),
        )
    },
    tell: (name, ...given) => {
      for (const { listener } of list(name)) {
        try {
          const answer = listener(...given)
          if (answer instanceof Promise) answer.catch((error: unknown) => failed(error, name))
        } catch (error) {
          failed(error, name)
        }
      }
    },
    ask: async (name, ...given) => {
      let first: unknown
      for (const { listener } of list(name)) {
        const answer = await listener(...given)
        if (first === undefined) first = answer
      }
      return first
    },
    count: (name) => list(name).length,
    clear: () => lists.clear(),
  }
}
