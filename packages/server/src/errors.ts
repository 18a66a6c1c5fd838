/** The errors of the server. Each has a `code`. None of them contains a token or a session key. */

/** Throw it in a listener of `message` or `request` to refuse the message. The client receives `code` and `message`. */
export class HubError extends Error {
  /** The machine-readable reason. The client receives it. */
  readonly code: string
  override readonly name = 'HubError'
  /** @param message the human-readable reason. The client receives it too */
  constructor(code: string, message = '') {
    super(message)
    this.code = code
  }
}

/** An option, or an argument of a method, has an invalid value. Thrown synchronously by the call. */
export class OptionError extends Error {
  readonly code = 'OptionError'
  override readonly name = 'OptionError'
  /** @param option the name of the option, such as `'heartbeat.interval'` */
  constructor(option: string, value: unknown, expected: string) {
    super(`${option}: expected ${expected}, got ${describe(value)}`)
  }
}

/** A listener, the store, a socket or a server has not finished in time, and the hub no longer waits for it. */
export class UnfinishedError extends Error {
  readonly code = 'UnfinishedError'
  override readonly name = 'UnfinishedError'
}

/** Quotes strings, names functions and summarises objects. */
const describe = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function'
  if (Array.isArray(value)) return `an array of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

/** @throws OptionError unless `valid` */
export const check = (option: string, value: unknown, valid: unknown, expected: string): void => {
  if (!valid) throw new OptionError(option, value, expected)
}

/** Converts any thrown value to an `Error`. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
