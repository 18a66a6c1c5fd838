/** A set of callbacks. One that throws is reported and the others still run; one may leave, or join, while they are being called. */

import type { Guard } from './guard.ts'

export interface Listeners<First = void, Second = void> {
  /** Adds a listener; the same function added twice is called twice. Returns its removal. */
  add(listener: (first: First, second: Second) => unknown): () => void
  /** Calls those present when it began, in order of arrival, less those removed meanwhile. Whether one gave a truthy answer. */
  call(first: First, second: Second): boolean
  /** How many there are. */
  size(): number
  clear(): void
}

export const createListeners = <First = void, Second = void>(guard: Guard): Listeners<First, Second> => {
  /** Replaced, never changed, so that a call under way keeps the list it began with. */
  let entries: readonly { listener?: ((first: First, second: Second) => unknown) | undefined }[] = []
  return {
    add: (listener) => {
      const entry: (typeof entries)[number] = { listener }
      entries = [...entries, entry]
      return () => {
        entry.listener = undefined
        entries = entries.filter((other) => other !== entry)
      }
    },
    call: (first, second) => {
      let answered = false
      // By index: every message passes here, and an iterator would cost it more than the call.
      for (let index = 0, present = entries; index < present.length; index++) {
        if (guard(present[index]!.listener, first, second)) answered = true
      }
      return answered
    },
    size: () => entries.length,
    clear: () => {
      for (const entry of entries) entry.listener = undefined
      entries = []
    },
  }
}

/**
 * Ties a removal to a signal: the returned function, or the signal's abort, runs it and leaves nothing on the signal.
 *
 * @param aborted what the abort does besides
 */
export const until = (signal: AbortSignal | undefined, remove: () => void, aborted?: () => void): (() => void) => {
  const off = (): void => {
    signal?.removeEventListener('abort', abort)
    remove()
  }
  const abort = (): void => {
    off()
    aborted?.()
  }
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return off
}
