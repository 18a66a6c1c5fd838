/** The error of a store that cannot be reached. */

/**
 * Redis cannot be reached, or did not answer in time. What was asked for may have happened when the answer alone was lost: repeat it
 * with an idempotency key, where it takes one.
 */
export class StoreUnavailableError extends Error {
  readonly code = 'StoreUnavailableError'
  override readonly name = 'StoreUnavailableError'
}
