// Reads untrusted JSON field by field. An error message contains the name of the field, the expected values and the given value.

/** A field with a wrong value. */
export class FieldError extends Error {
  readonly field: string
  constructor(field: string, expected: string, value: unknown) {
    super(`${field}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 80) ?? 'nothing'}`)
    this.name = 'FieldError'
    this.field = field
  }
}

/** Checks one value and returns it, or its default when it is missing. */
export type Field<T> = (value: unknown, name: string) => T

/** A number between two bounds, both included. */
export function number({ min, max, fallback }: { min: number; max: number; fallback?: number }): Field<number> {
  return (value, name) => {
    if (value === undefined && fallback !== undefined) return fallback
    if (typeof value === 'number' && value >= min && value <= max) return value
    throw new FieldError(name, `a number from ${min} to ${max}`, value)
  }
}

/** A whole number between two bounds, both included. */
export function integer(bounds: { min: number; max: number; fallback?: number }): Field<number> {
  const read = number(bounds)
  return (value, name) => {
    const result = read(value, name)
    if (Number.isInteger(result)) return result
    throw new FieldError(name, 'a whole number', value)
  }
}

/** A string of at most `bytes` bytes of UTF-8; empty when missing. */
export function text({ bytes }: { bytes: number }): Field<string> {
  return (value = '', name) => {
    if (typeof value === 'string' && Buffer.byteLength(value) <= bytes) return value
    throw new FieldError(name, `a string of at most ${bytes} bytes`, value)
  }
}

/** One of these words; the first when missing. */
export function oneOf<const T extends string>(words: readonly [T, ...T[]]): Field<T> {
  return (value = words[0], name) => {
    const word = words.find((candidate) => candidate === value)
    if (word !== undefined) return word
    throw new FieldError(name, `one of ${words.join(', ')}`, value)
  }
}

/** true or false; false when missing. */
export const flag: Field<boolean> = (value = false, name) => {
  if (typeof value === 'boolean') return value
  throw new FieldError(name, 'true or false', value)
}

/** A code that a server may put into a close frame (RFC 6455, 7.4). */
export const closeCode: Field<number> = (value, name) => {
  const code = typeof value === 'number' && Number.isInteger(value) ? value : 0
  const standard = code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)
  if (standard || (code >= 3000 && code <= 4999)) return code
  throw new FieldError(name, '1000 to 1014 without 1004 to 1006, or 3000 to 4999', value)
}

/** Reads an object by a table of fields; anything else, and a field not in the table, is an error. */
export function readFields<T extends Record<string, unknown>>(
  body: unknown,
  table: { [K in keyof T]: Field<T[K]> },
): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new FieldError('body', 'a JSON object', body)
  const given = new Map(Object.entries(body))
  for (const [name, value] of given) {
    if (!Object.hasOwn(table, name))
      throw new FieldError(name, `only the fields ${Object.keys(table).join(', ') || '(none)'}`, value)
  }
  return Object.fromEntries(Object.entries(table).map(([name, read]) => [name, read(given.get(name), name)])) as T
}
