/** The errors of the server. Each has a `code`. None of them contains a token or a session key. */

/**
 * Throw it in a listener of `message` or `request` to refuse the message: the client receives `code` and `message`. Thrown by
 * `authenticate` and the other functions of the options it refuses the client.
 */
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

/**
 * A function of the options has failed, did not answer in time, or gave an answer of the wrong type. `stack` has the stack of what it
 * threw. Functions that see the request are reported without the original error, which may contain a token.
 */
export class CallbackError extends Error {
  readonly code = 'CallbackError'
  override readonly name = 'CallbackError'
  /** The name of the option, such as `'authenticate'`. */
  readonly callback: string
  constructor(callback: string, problem: string, options?: ErrorOptions) {
    super(`${callback}: ${problem}`, options)
    this.callback = callback
  }
}

/** A listener, the store, a socket or a server has not finished in time, and the hub no longer waits for it. */
export class UnfinishedError extends Error {
  readonly code = 'UnfinishedError'
  override readonly name = 'UnfinishedError'
}

/** `connection.request` was read after the hub had released the request. */
export class RequestReleasedError extends Error {
  readonly code = 'RequestReleasedError'
  override readonly name = 'RequestReleasedError'
  constructor() {
    super(
      "connection.request: the hub has released the request, which saves memory. Read what you need in a 'connection' listener, or set keepRequest: true",
    )
  }
}

/** The longest text of a value in an error. */
const LONGEST_VALUE = 100

/** Quotes strings, names functions and summarises objects. Never throws, whatever the value does when it is read. */
export const describe = (value: unknown): string => {
  if (typeof value === 'string') {
    return value.length > LONGEST_VALUE ? `a string of ${value.length} characters` : JSON.stringify(value)
  }
  try {
    if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function'
    if (Array.isArray(value)) return `an array of ${value.length}`
  } catch {
    return 'an object'
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, LONGEST_VALUE)
}

/** @throws OptionError unless `valid` */
export const check = (option: string, value: unknown, valid: unknown, expected: string): void => {
  if (!valid) throw new OptionError(option, value, expected)
}

/**
 * A partly built object would fail later, in the middle of a call.
 *
 * @param optional the methods that may be missing
 * @throws OptionError that names the first missing method
 */
export const checkMethods = (
  option: string,
  value: unknown,
  required: readonly string[],
  optional: readonly string[] = [],
): void => {
  const members = Object(value) as Record<string, unknown>
  const isPresent = (name: string): boolean => typeof members[name] === 'function'
  const missing =
    required.find((name) => !isPresent(name)) ??
    optional.find((name) => members[name] !== undefined && !isPresent(name))
  check(option, value, missing === undefined, `an object with the method ${missing}()`)
}

/** The number of single-letter changes between two names, by Levenshtein. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1]
    for (let column = 1; column <= other.length; column++) {
      const replaced = row[column - 1]! + (letter === other[column - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[column]! + 1, next[column - 1]! + 1))
    }
    row = next
  }
  return row.at(-1)!
}

/**
 * A misspelt option would leave its default in place, such as a hub without `authenticate`.
 *
 * @param given the options, which may be undefined
 * @throws OptionError for an unknown name, and for options that are no object
 */
export const checkNames = (prefix: string, given: unknown, names: readonly string[]): void => {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  check(prefix.slice(0, -1) || 'options', given, given === undefined || isObject, 'an object')
  const unknown = Object.keys(given ?? {}).find((name) => !names.includes(name))
  if (unknown === undefined) return
  const [nearest = ''] = [...names].sort((one, other) => distance(unknown, one) - distance(unknown, other))
  const isNear = distance(unknown, nearest) <= Math.max(2, unknown.length / 3)
  const expected = isNear ? `the name ${nearest}` : `one of the names ${names.join(', ')}`
  throw new OptionError(prefix + unknown, unknown, expected)
}

/** `instanceof` without an error for a proxy that throws. */
const isInstance = <Type>(value: unknown, type: abstract new (...args: never[]) => Type): value is Type => {
  try {
    return value instanceof type
  } catch {
    return false
  }
}

/** Whether the application has thrown a `HubError`. Never throws. */
export const isHubError = (thrown: unknown): thrown is HubError => isInstance(thrown, HubError)

/** Converts any thrown value to an `Error`. Never throws. */
export const asError = (thrown: unknown): Error => {
  if (isInstance(thrown, Error)) return thrown
  try {
    return new Error(String(thrown))
  } catch {
    return new Error(`${describe(thrown)} was thrown`)
  }
}
