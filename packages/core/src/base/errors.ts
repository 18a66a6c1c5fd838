/** The errors users meet. Each has a `code` that survives minification; `cause` holds what went wrong underneath. */

/** What every error of ours shares. */
export abstract class HoldfastError extends Error {
  /** The name of the class, for comparison. */
  abstract readonly code: string
  override get name(): string {
    return this.code
  }
}

/** An option, or an argument of a method, is wrong. Thrown at the call. */
export class OptionError extends HoldfastError {
  readonly code = 'OptionError'
  /** @param option its name, such as `'heartbeat.interval'` */
  constructor(option: string, value: unknown, expected: string) {
    super(`${option}: expected ${expected}, got ${String(value)}`)
  }
}

/** @throws OptionError unless `valid` */
export const check = (option: string, value: unknown, valid: unknown, expected: string): void => {
  if (!valid) throw new OptionError(option, value, expected)
}

/** @throws OptionError unless the value, or what is said of it, is one of the words between ` or ` */
export const checkWord = (option: string, value: unknown, words: string, word: unknown = value): void =>
  check(option, value, words.split(' or ').includes(word as string), words)

/** A dial failed before it opened: the provider or the constructor threw, or the platform refused. */
export class DialError extends HoldfastError {
  readonly code = 'DialError'
}

/** A dial, its providers included, took longer than `connectTimeout`. */
export class ConnectTimeoutError extends HoldfastError {
  readonly code = 'ConnectTimeoutError'
}

/** Nothing was heard within `heartbeat.timeout` of a ping; the link is taken for dead. */
export class HeartbeatTimeoutError extends HoldfastError {
  readonly code = 'HeartbeatTimeoutError'
}

/** The codec could not encode a message. Thrown by `send`; nothing was queued. */
export class EncodeError extends HoldfastError {
  readonly code = 'EncodeError'
}

/** A received frame did not decode, or did not pass its schema. It is skipped and the connection stays. */
export class DecodeError extends HoldfastError {
  readonly code = 'DecodeError'
}
