/** Error classes. Each has a `code` that survives minification; `cause` holds the underlying error. */

/** The base of all errors of this library. */
export abstract class HoldfastError extends Error {
  /** The name of the class, for comparisons. */
  abstract readonly code: string
  override get name(): string {
    return this.code
  }
}

/** An option, or an argument of a method, is invalid. Thrown at the call. */
export class OptionError extends HoldfastError {
  readonly code = 'OptionError'
  /** @param option the option's name, such as `'heartbeat.interval'` */
  constructor(option: string, value: unknown, expected: string) {
    const hint = typeof value === 'function' ? ': call it' : ''
    super(`${option}: expected ${expected}, got ${describe(value)}${hint}`)
  }
}

/** Quotes strings, names functions and summarises objects, whose values may be secret. */
export const describe = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 99))
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`
  if (value !== Object(value)) return String(value)
  const keys = Object.keys(value as object)
    .slice(0, 9)
    .join(', ')
  return keys ? `an object with the keys ${keys}` : 'an object without keys'
}

/** @throws OptionError unless `valid` */
export const check = (option: string, value: unknown, valid: unknown, expected: string): void => {
  if (!valid) throw new OptionError(option, value, expected)
}

/**
 * @param words the accepted words, separated by ` or `
 * @param word what to compare with them, such as the type of the value @default the value
 * @throws OptionError unless the word is accepted
 */
export const checkWord = (option: string, value: unknown, words: string, word: unknown = value): void =>
  check(option, value, words.split(' or ').includes(word as string), words)

/** A dial failed before the connection opened: a provider or the constructor threw, or the platform refused. */
export class DialError extends HoldfastError {
  readonly code = 'DialError'
}

/** The text of a thrown value, without URLs, which may be secret. It need not be an error. In Node, a refused connection may have a `code` and an empty message. */
export const messageOf = (thrown: unknown): string => {
  const { message, code } = Object(thrown) as Partial<Record<string, unknown>>
  return String(message || code || thrown).replace(/\w+:\/\/\S+/g, '...')
}

/** @param name of the function of the user that threw or rejected: `url`, `protocols` or `token` */
export const providerError = (name: string, cause: unknown): DialError =>
  new DialError(`the ${name} function failed: ${messageOf(cause)}`, { cause })

/** A dial, including its providers, or `onConnect` took longer than `connectTimeout`. */
export class ConnectTimeoutError extends HoldfastError {
  readonly code = 'ConnectTimeoutError'
}

/** Nothing was received within `heartbeat.timeout` after a ping. The connection counts as dead. */
export class HeartbeatTimeoutError extends HoldfastError {
  readonly code = 'HeartbeatTimeoutError'
}

/**
 * This server has never answered a ping: two connections in a row ended because of that, and the third is kept. Either it does not support
 * the heartbeat, and the options must change, or the connection is dead.
 */
export class HeartbeatUnansweredError extends HoldfastError {
  readonly code = 'HEARTBEAT_UNANSWERED'
}

/** The codec could not encode a message. Thrown by `send`; nothing was queued. */
export class EncodeError extends HoldfastError {
  readonly code = 'EncodeError'
}

/** A received frame could not be decoded, or its schema rejected it: the frame is skipped and the connection stays open. Or an event of an event source is too long: the connection ends. */
export class DecodeError extends HoldfastError {
  readonly code = 'DecodeError'
}
