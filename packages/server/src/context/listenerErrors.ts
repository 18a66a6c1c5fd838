/**
 * Reports the errors of listeners. A listener that awaits a failing `connection.join` or `leave` rejects with an error that the
 * connection has reported already.
 */

const reportedErrors = new WeakSet<object>()

/** @param error of a connection that has failed, and has reported its failure */
export const markReported = (error: unknown): void => void reportedErrors.add(Object(error))

/** Reports an error of a listener, unless it was reported already. */
export const reportListener = (report: (error: unknown) => void, error: unknown): void => {
  if (!reportedErrors.has(Object(error))) report(error)
}
