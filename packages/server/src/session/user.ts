/** Checks what `authenticate` returned. */

import type { User } from '../context/hubEvents.ts'
import { describe } from '../errors.ts'

/** What is wrong with a user, with the name of the field and the fix. */
export class InvalidUserError extends Error {}

const LONGEST_ID = 256
/** The longest JSON text of `info`: presence stores it for each connection, and sends it to each member of a stream. */
const LONGEST_INFO = 4096

const assertField = (isValid: boolean, field: string, value: unknown, expected: string): void => {
  if (!isValid) throw new InvalidUserError(`${field}: expected ${expected}, got ${describe(value)}`)
}

/** Two ids that differ only in lone surrogates would be the same id in Redis. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

const readId = (id: unknown): string => {
  const text = typeof id === 'number' && Number.isFinite(id) ? String(id) : id
  const isValid = typeof text === 'string' && text !== '' && Buffer.byteLength(text) <= LONGEST_ID && isWellFormed(text)
  assertField(isValid, 'id', id, `a string of 1 to ${LONGEST_ID} bytes, or a finite number`)
  return text as string
}

const readExpiry = (expiresAt: unknown, now: number): number | undefined => {
  if (expiresAt === undefined || expiresAt === null) return undefined
  // A token that lives from now on to a time in seconds has about a thousandth of `now`.
  const isNumber = typeof expiresAt === 'number' && Number.isFinite(expiresAt)
  const isInSeconds = isNumber && expiresAt * 500 < now && expiresAt * 1000 > now
  const expected = 'a time in ms since the epoch (multiply seconds by 1000, parse a text by Date.parse), or no field'
  assertField(isNumber && !isInSeconds, 'expiresAt', expiresAt, expected)
  return expiresAt as number
}

/** Serialises `info` once, so that a getter or `toJSON` cannot change or fail later. */
const readInfo = (info: unknown): unknown => {
  if (info === undefined) return undefined
  let text: string | undefined
  let problem = describe(info)
  try {
    text = JSON.stringify(info) as string | undefined
  } catch (error) {
    problem += ` (${String((error as Error).message)})`
  }
  if (text === undefined) throw new InvalidUserError(`info: expected a value that JSON can represent, got ${problem}`)
  const bytes = Buffer.byteLength(text)
  const fix = 'Store more elsewhere, and put its id or URL into info.'
  if (bytes > LONGEST_INFO)
    throw new InvalidUserError(`info: expected at most ${LONGEST_INFO} bytes of JSON, got ${bytes}. ${fix}`)
  return JSON.parse(text)
}

/**
 * Returns a copy of a valid user, with all its own fields and its class, so that later changes or getters of the application's object
 * have no effect.
 *
 * @throws InvalidUserError
 */
export const readUser = (answer: unknown, now: number): User => {
  if (typeof answer !== 'object' || answer === null) {
    throw new InvalidUserError(`expected a user, null or undefined, got ${describe(answer)}`)
  }
  const { id, expiresAt, info } = answer as Record<keyof User, unknown>
  const expiry = readExpiry(expiresAt, now)
  const shown = readInfo(info)
  const fields = {
    ...answer,
    id: readId(id),
    ...('expiresAt' in answer && { expiresAt: expiry }),
    ...('info' in answer && { info: shown }),
  }
  return Object.create(Object.getPrototypeOf(answer) as object | null, Object.getOwnPropertyDescriptors(fields)) as User
}
