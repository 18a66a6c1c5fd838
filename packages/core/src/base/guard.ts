/** Calls a user's function so that what it throws is reported and stops nobody else. */

/** Is told what a user's function threw. It must not throw itself. */
export interface Reporter {
  report(error: unknown): void
}

/** `guard` for who has a reporter already. */
export type Guard = <First, Second, Answer>(
  call: ((first: First, second: Second) => Answer) | undefined,
  first?: First,
  second?: Second,
) => Answer | undefined

/**
 * Undefined where there is no function, or where it threw. Two arguments at most, by name: every message passes here several times,
 * and a list of arguments would be made each time.
 */
export const guard = <First, Second, Answer>(
  reporter: Reporter,
  call: ((first: First, second: Second) => Answer) | undefined,
  first?: First,
  second?: Second,
): Answer | undefined => {
  const ask = call as ((...given: unknown[]) => never) | undefined
  try {
    // Who counts arguments gets none that were not meant.
    if (second !== undefined) return ask?.(first, second)
    return first === undefined ? ask?.() : ask?.(first)
  } catch (error) {
    reporter.report(error)
    return undefined
  }
}
