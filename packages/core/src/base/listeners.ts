/** A set of callbacks. If one throws, the error is reported and the others still run. Callbacks may be added or removed during a call. */

import { checkWord } from './errors.ts'
import { type Reporter, guard } from './guard.ts'

interface Entry {
  listener: ((first: unknown, second?: unknown) => unknown) | undefined
  readonly only: unknown
}

export class Listeners<Type = void, Value = void> {
  private readonly _reporter: Reporter
  /** Replaced and never changed, so that a running call keeps the list with which it began. */
  private _entries: readonly Entry[] = []

  constructor(reporter: Reporter) {
    this._reporter = reporter
  }

  get size(): number {
    return this._entries.length
  }

  /**
   * Adds a listener of every type, which receives the type first. A function that is added twice is called twice. Returns the function that
   * unsubscribes. @throws OptionError for something else than a function
   */
  add(listener: (type: Type, value: Value) => unknown): () => void
  /** Adds a listener of one type. */
  add(listener: (value: Value) => unknown, only: Type): () => void
  add(listener: never, only?: Type): () => void {
    checkWord('listener', listener, 'function', typeof listener)
    const entry: Entry = { listener, only }
    this._entries = [...this._entries, entry]
    return () => {
      entry.listener = undefined
      this._entries = this._entries.filter((other) => other !== entry)
    }
  }

  /**
   * Calls the listeners that were present at the start of the call, in the order in which they were added, without those removed
   * meanwhile. Returns true if a listener of this type was called, or if a listener of every type returned a truthy value.
   */
  call(type: Type, value: Value): boolean {
    let handled = false
    // A loop by index: every message passes here, and an iterator would cost more than the call.
    for (let index = 0, entries = this._entries; index < entries.length; index++) {
      const { listener, only } = entries[index]!
      if (!only) handled = !!guard(this._reporter, listener, type, value) || handled
      else if (only === type) {
        guard(this._reporter, listener, value)
        handled = true
      }
    }
    return handled
  }

  clear(): void {
    for (const entry of this._entries) entry.listener = undefined
    this._entries = []
  }
}

/** Older platforms have no `reason`. */
export const reasonOf = ({ reason = new Error('aborted') }: AbortSignal): unknown => reason

/**
 * Ties a removal to a signal. The returned function, or the signal's abort, runs the removal and leaves no listener on the signal.
 *
 * @param aborted runs after the removal when the signal aborts
 */
export const untilAborted = (
  signal: AbortSignal | undefined,
  remove: () => void,
  aborted?: (reason: unknown) => void,
): (() => void) => {
  const stop = (): void => {
    signal?.removeEventListener('abort', abort)
    remove()
  }
  const abort = (): void => {
    stop()
    aborted?.(reasonOf(signal!))
  }
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return stop
}
