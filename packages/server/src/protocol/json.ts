/** Parses untrusted JSON. The depth is limited, and a member named `__proto__` is refused. */

/** A frame is invalid. The message describes the fault and is sent to the client. */
export class BadFrameError extends Error {}

/** The limits of a frame's JSON. An object or array needs up to 64 bytes of memory, and as text only two. */
export interface JsonLimits {
  depth: number
  /** Objects and arrays. */
  objects: number
}

/**
 * Returns how many more objects and arrays are allowed.
 *
 * @throws BadFrameError for a value that nests deeper than `depth`, has more objects, or has a member named `__proto__`
 */
const checkValue = (value: unknown, depth: number, objects: number): number => {
  if (typeof value !== 'object' || value === null) return objects
  if (depth <= 0) throw new BadFrameError('nested too deep')
  if (objects <= 0) throw new BadFrameError('too many objects and arrays')
  let left = objects - 1
  if (Array.isArray(value)) {
    for (const item of value) left = checkValue(item, depth - 1, left)
    return left
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new BadFrameError('a member named __proto__')
    left = checkValue((value as Record<string, unknown>)[name], depth - 1, left)
  }
  return left
}

/** @throws BadFrameError for invalid JSON, or a value that `checkValue` refuses */
export const parseJson = (text: string, { depth, objects }: JsonLimits): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadFrameError('not JSON')
  }
  checkValue(value, depth, objects)
  return value
}

/** Returns the JSON text of a message. @throws TypeError for undefined, a function, a BigInt or a circular structure */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`${typeof value} cannot be written as JSON`)
  return text
}
