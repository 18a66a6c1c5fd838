/** A text of which subscribers receive the current and each later value. */

export interface Text {
  set(text: string): void
  /** Calls back at once and at each change. Returns a function that unsubscribes. */
  subscribe(listener: (text: string) => void): () => void
  /** Ends with the signal, or when the caller leaves the loop. */
  follow(signal?: AbortSignal): AsyncGenerator<string, void, void>
}

export const createText = (): Text => {
  let current = ''
  const listeners = new Set<(text: string) => void>()
  return {
    set(text) {
      current = text
      for (const listener of listeners) listener(text)
    },
    subscribe(listener) {
      listeners.add(listener)
      listener(current)
      return () => void listeners.delete(listener)
    },
    async *follow(signal) {
      let sent: string | undefined
      let wake = (): void => undefined
      const listener = (): void => wake()
      listeners.add(listener)
      signal?.addEventListener('abort', listener)
      try {
        while (!signal?.aborted) {
          if (sent !== current) yield (sent = current)
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        listeners.delete(listener)
      }
    },
  }
}
