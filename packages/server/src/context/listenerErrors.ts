/**
 * Reports the errors of listeners. A listener that awaits a failing `connection.join` or `leave` rejects with the error of that
 * connection, which is reported already.
 */

import type { Connection } from './hubEvents.ts'

/** An error that was reported. */
type Failure = { readonly error: unknown } | undefined

/** By connection, not by error: a store may reject with one object for all. */
const failures = new WeakMap<object, Failure>()

export const setFailure = (connection: Connection, failure: Failure): void => void failures.set(connection, failure)

/**
 * Reports an error of a listener, unless its connection has failed with it.
 * @param source the first argument of the listener: a connection, or anything else
 */
export const reportListener = (report: (error: unknown) => void, source: unknown, error: unknown): void => {
  const failure = failures.get(Object(source))
  if (!failure || failure.error !== error) report(error)
}
