/** Calls a user's function so that what it throws is reported and stops nobody else. */

/**
 * Undefined where there is no function, or where it threw. Two arguments at most, by name: every message passes here several times,
 * and a list of arguments would be made each time.
 */
export type Guard = <First, Second, Answer>(
  call: ((first: First, second: Second) => Answer) | undefined,
  first?: First,
  second?: Second,
) => Answer | undefined

/** @param report is told what was thrown; it must not throw itself */
export const createGuard =
  (report: (error: unknown) => void): Guard =>
  (call, first, second) => {
    const ask = call as ((...given: unknown[]) => never) | undefined
    try {
      // Who counts arguments gets none that were not meant.
      if (second !== undefined) return ask?.(first, second)
      return first === undefined ? ask?.() : ask?.(first)
    } catch (error) {
      report(error)
      return undefined
    }
  }
