/** Calls a user's function so that what it throws is reported and stops nobody else. */

/** Undefined where there is no function, or where it threw. */
export type Guard = <Args extends unknown[], Answer>(call: ((...args: Args) => Answer) | undefined, ...args: Args) => Answer | undefined

/** @param report is told what was thrown; it must not throw itself */
export const createGuard =
  (report: (error: unknown) => void): Guard =>
  (call, ...args) => {
    try {
      return call?.(...args)
    } catch (error) {
      report(error)
      return undefined
    }
  }
