/** The errors of the server. Each has a `code`; none ever holds a token or a key. */

/** Thrown by a listener of `message` or `request`, it reaches the client as the refusal of what was sent. */
export class HubError extends Error {
  /** A word for programs, told to the client. */
  readonly code: string
  override readonly name = 'HubError'
  /** @param message for people, told to the client as well */
  constructor(code: string, message = '') {
    super(message)
    this.code = code
  }
}

/** An option, or an argument of a method, is wrong. Thrown at the call. */
export class OptionError extends Error {
  readonly code = 'OptionError'
  override readonly name = 'OptionError'
  /** @param option its name, such as `'heartbeat.interval'` */
  constructor(option: string, value: unknown, expected: string) {
    super(`${option}: expected ${expected}, got ${String(value)}`)
  }
}

/** @throws OptionError unless `valid` */
export const check = (option: string, value: unknown, valid: unknown, expected: string): void => {
  if (!valid) throw new OptionError(option, value, expected)
}

/** Whatever was thrown, as an Error. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
