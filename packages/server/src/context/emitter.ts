/** Typed listeners. An error thrown by a listener is reported and does not stop the other listeners, except in `emitAsync`. */

/** A listener of `emitAsync` that has not returned. */
export interface RunningListener {
  readonly event: string
  /** The name of the function, or its place among the listeners of the event: `listener 1`. */
  readonly listener: string
  readonly args: readonly unknown[]
}

export interface Emitter<Events extends { [Name in keyof Events]: unknown[] }> {
  /** Adds a listener. Returns a function that removes it. */
  on<Name extends keyof Events>(name: Name, listener: (...args: Events[Name]) => unknown): () => void
  /** Calls all listeners. Their errors and rejections are reported. */
  emit<Name extends keyof Events>(name: Name, ...args: Events[Name]): void
  /** As `emit`. Resolves when all promises of the listeners have settled. Returns undefined if there are none. */
  emitSettled<Name extends keyof Events>(name: Name, ...args: Events[Name]): Promise<unknown> | undefined
  /** Calls the listeners one after the other and waits for each. Resolves with the first result that is not undefined. @throws the error of a listener */
  emitAsync<Name extends keyof Events>(name: Name, ...args: Events[Name]): Promise<unknown>
  listenerCount(name: keyof Events): number
  /** The listeners of `emitAsync` that have not returned. */
  running(): RunningListener[]
}

/** Measures the listeners of `emitAsync`. */
export interface ListenerTimer {
  /** In ms. */
  now(): number
  onReturn(name: PropertyKey, ms: number): void
}

interface Call {
  name: PropertyKey
  listener: { readonly name: string }
  index: number
  args: readonly unknown[]
  startedAt: number
}

/** @param onError receives the errors of listeners, and the first argument of the listener as `source`. It must not throw */
export const createEmitter = <Events extends { [Name in keyof Events]: unknown[] }>(
  onError: (error: unknown, name: keyof Events, source: unknown) => void,
  timer: ListenerTimer = { now: () => 0, onReturn: () => undefined },
): Emitter<Events> => {
  type Listener = (...args: unknown[]) => unknown
  /** A list is replaced on each change and never mutated, so that a running `emit` keeps its own list. */
  const lists = new Map<keyof Events, readonly { listener: Listener }[]>()
  const calls = new Set<Call>()
  const listOf = (name: keyof Events): readonly { listener: Listener }[] => lists.get(name) ?? []
  const emitSettled = (name: keyof Events, ...args: unknown[]): Promise<unknown> | undefined => {
    const running: Promise<unknown>[] = []
    for (const { listener } of listOf(name)) {
      try {
        const result = listener(...args)
        // Any thenable, also one of another realm or library.
        if (Object(result) === result)
          running.push(Promise.resolve(result).catch((error: unknown) => onError(error, name, args[0])))
      } catch (error) {
        onError(error, name, args[0])
      }
    }
    return running.length > 0 ? Promise.all(running) : undefined
  }
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
    emit: (name, ...args) => void emitSettled(name, ...args),
    emitSettled,
    emitAsync: async (name, ...args) => {
      let first: unknown
      let index = 0
      for (const { listener } of listOf(name)) {
        const call: Call = { name, listener, index: index++, args, startedAt: timer.now() }
        calls.add(call)
        try {
          const result = await listener(...args)
          if (first === undefined) first = result
        } finally {
          calls.delete(call)
          timer.onReturn(name, timer.now() - call.startedAt)
        }
      }
      return first
    },
    listenerCount: (name) => listOf(name).length,
    running: () =>
      [...calls].map(({ name, listener, index, args }) => ({
        event: String(name),
        listener: listener.name || `listener ${index + 1}`,
        args,
      })),
  }
}
