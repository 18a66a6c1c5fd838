/** JSON from strangers: bounded in depth, and without a member that would reach a prototype. */

/** What is wrong with a frame, in words that may be told to whoever sent it. */
export class BadFrame extends Error {}

/** @throws BadFrame when a value nests deeper than `depth`, or has a member named `__proto__` */
const inspect = (value: unknown, depth: number): void => {
  if (typeof value !== 'object' || value === null) return
  if (depth <= 0) throw new BadFrame('nested too deep')
  if (Array.isArray(value)) {
    for (const item of value) inspect(item, depth - 1)
    return
  }
  for (const name of Object.keys(value)) {
    if (name === '__proto__') throw new BadFrame('a member named __proto__')
    inspect((value as Record<string, unknown>)[name], depth - 1)
  }
}

/** @throws BadFrame for what is no JSON, or not as it must be */
export const parseJson = (text: string, depth: number): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadFrame('not JSON')
  }
  inspect(value, depth)
  return value
}

/** The JSON text of a message. @throws TypeError for what JSON cannot hold: undefined, a function, a BigInt, a circle */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`${typeof value} cannot be written as JSON`)
  return text
}
