/** Calls functions of the user so that an exception is reported and interrupts nothing else. */

/** Receives errors that were thrown by functions of the user. It must not throw. */
export interface Reporter {
  /** @param isNetwork a condition of the network, which no programmer can correct @default false */
  report(error: unknown, isNetwork?: boolean): void
}

/**
 * Returns undefined if there is no function, or if it threw. It takes at most two arguments, by name, because every message passes
 * here several times and a rest parameter would allocate an array each time.
 */
export const guard = <First, Second, Answer>(
  reporter: Reporter,
  call: ((first: First, second: Second) => Answer) | undefined,
  first?: First,
  second?: Second,
): Answer | undefined => {
  const callback = call as ((...given: unknown[]) => never) | undefined
  try {
    // Keeps `arguments.length` as small as it was meant.
    if (second !== undefined) return callback?.(first, second)
    return first === undefined ? callback?.() : callback?.(first)
  } catch (error) {
    reporter.report(error)
    return undefined
  }
}

/** Anything can be thrown. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
