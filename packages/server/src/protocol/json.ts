/** Parses untrusted JSON. The depth is limited, and a member named `__proto__` is refused. */

/** A frame is invalid. The message describes the fault and is sent to the client. */
export class BadFrameError extends Error {}

/** @throws BadFrameError for a value that nests deeper than `depth`, or has a member named `__proto__` */
const checkValue = (value: unknown, depth: number): void => {
  if (typeof value !== 'object' || value === null) return
  if (depth <= 0) throw new BadFrameError('nested too deep')
  if (Array.isArray(value)) {
    for (const item of value) checkValue(item, depth - 1)
    return
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new BadFrameError('a member named __proto__')
    checkValue((value as Record<string, unknown>)[name], depth - 1)
  }
}

/** @throws BadFrameError for invalid JSON, or a value that `checkValue` refuses */
export const parseJson = (text: string, depth: number): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadFrameError('not JSON')
  }
  checkValue(value, depth)
  return value
}

/** Returns the JSON text of a message. @throws TypeError for undefined, a function, a BigInt or a circular structure */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`${typeof value} cannot be written as JSON`)
  return text
}
