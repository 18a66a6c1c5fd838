/** A set of callbacks. One that throws is reported and the others still run; one may leave, or join, while they are being called. */

import { type Reporter, guard } from './guard.ts'

interface Entry {
  listener: ((first: unknown, second?: unknown) => unknown) | undefined
  readonly only: unknown
}

export class Listeners<Type = void, Value = void> {
  readonly #reporter: Reporter
  /** Replaced, never changed, so that a call under way keeps the list it began with. */
  #entries: readonly Entry[] = []

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length
  }

  /** Adds a listener of every type, which is told the type too; the same function added twice is called twice. Returns its removal. */
  add(listener: (type: Type, value: Value) => unknown): () => void
  /** Adds a listener of one type. */
  add(listener: (value: Value) => unknown, only: Type): () => void
  add(listener: never, only?: Type): () => void {
    const entry: Entry = { listener, only }
    this.#entries = [...this.#entries, entry]
    return () => {
      entry.listener = undefined
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  /**
   * Calls those present when it began, in order of arrival, less those removed meanwhile. Whether it was heard: by one of this type,
   * or by one of every type that gave a truthy answer.
   */
  call(type: Type, value: Value): boolean {
    let heard = false
    // By index: every message passes here, and an iterator would cost it more than the call.
    for (let index = 0, present = this.#entries; index < present.length; index++) {
      const { listener, only } = present[index]!
      if (!only) heard = !!guard(this.#reporter, listener, type, value) || heard
      else if (only === type) {
        guard(this.#reporter, listener, value)
        heard = true
      }
    }
    return heard
  }

  clear(): void {
    for (const entry of this.#entries) entry.listener = undefined
    this.#entries = []
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
