/** The error of a store that cannot be reached. */

/**
 * Redis cannot be reached, or did not answer in time. If only the answer was lost, the call has taken effect: repeat it with an
 * idempotency key where the method accepts one.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'StoreUnavailableError'
  override readonly name = 'StoreUnavailableError'
}
