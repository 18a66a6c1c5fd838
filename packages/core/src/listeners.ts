/** A set of callbacks. One that throws is reported and the others still run; one may leave, or join, while they are being called. */

import type { Guard } from './guard.ts'

export interface Listeners<Args extends unknown[]> {
  /** Adds a listener; the same function added twice is called twice. Returns its removal. */
  add(listener: (...args: Args) => unknown): () => void
  /** Calls those present when it began, in order of arrival, less those removed meanwhile. Whether one gave a truthy answer. */
  call(...args: Args): boolean
  /** How many there are. */
  size(): number
}

export const createListeners = <Args extends unknown[]>(guard: Guard): Listeners<Args> => {
  /** Replaced, never changed, so that a call under way keeps the list it began with. */
  let entries: readonly { listener?: ((...args: Args) => unknown) | undefined }[] = []
  return {
    add: (listener) => {
      const entry: (typeof entries)[number] = { listener }
      entries = [...entries, entry]
      return () => {
        entry.listener = undefined
        entries = entries.filter((other) => other !== entry)
      }
    },
    call: (...args) => {
      let answered = false
      for (const { listener } of entries) if (guard(listener, ...args)) answered = true
      return answered
    },
    size: () => entries.length,
  }
}

/**
 * Ties a removal to a signal: the returned function, or the signal's abort, runs it and leaves nothing on the signal.
 *
 * @param aborted what the abort does besides
 */
export const until = (signal: AbortSignal | undefined, remove: () => void, aborted = (): void => {}): (() => void) => {
  const off = (): void => {
    signal?.removeEventListener('abort', abort)
    remove()
  }
  const abort = (): void => {
    off()
    aborted()
  }
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return off
}
