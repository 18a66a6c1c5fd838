/** Parses untrusted JSON. The depth is limited, and a member named `__proto__` is refused. */

/** A frame is invalid. The message describes the fault and is sent to the client. */
export class BadFrameError extends Error {}

/** The limits of a frame's JSON. */
export interface JsonLimits {
  depth: number
  /** The memory of the parsed JSON besides four times its text, in bytes. */
  frameMemory: number
}

/** The memory of values in V8, in bytes. An empty array has 2 bytes as text, and 40 in an array of arrays. */
const POINTER = 8
const FRACTION = 16
const TEXT = 24
const OBJECT = 24
const EMPTY_ARRAY = 32
const ELEMENTS = 16
/** Objects with many members, and objects that differ in the names of their members, have a hash table. */
const MEMBER_OF_TABLE = 80
const TABLE = 200
const MOST_MEMBERS = 100
/** The names of members in one frame, above which its objects count as tables. */
const MOST_NAMES = 1000
/** JSON may need this much memory for each byte of its text. */
const RATIO = 4

/** Checks the values of one frame. */
class JsonCheck {
  private readonly _names = new Set<string>()
  private _memory: number

  /** @param memory that the values may need, in bytes */
  constructor(memory: number) {
    this._memory = memory
  }

  /** @throws BadFrameError for a value that nests deeper than `depth`, needs too much memory, or has a member named `__proto__` */
  check(value: unknown, depth: number): void {
    if (typeof value === 'string') this._spend(TEXT + value.length)
    else if (typeof value === 'number') this._spend(Number.isInteger(value) ? 0 : FRACTION)
    if (typeof value !== 'object' || value === null) return
    if (depth <= 0) throw new BadFrameError('nested too deep')
    if (Array.isArray(value)) this._checkArray(value, depth - 1)
    else this._checkObject(value as Readonly<Record<string, unknown>>, depth - 1)
  }

  private _checkArray(items: readonly unknown[], depth: number): void {
    const { length } = items
    this._spend(EMPTY_ARRAY + (length > 0 ? ELEMENTS + POINTER * length : 0))
    for (const item of items) this.check(item, depth)
  }

  private _checkObject(members: Readonly<Record<string, unknown>>, depth: number): void {
    const names = Object.keys(members)
    const isLarge = names.length > MOST_MEMBERS
    if (!isLarge && this._names.size <= MOST_NAMES) for (const name of names) this._names.add(name)
    const isTable = isLarge || this._names.size > MOST_NAMES
    this._spend(isTable ? TABLE + MEMBER_OF_TABLE * names.length : OBJECT + POINTER * names.length)
    for (const name of names) {
      if (name === '__proto__') throw new BadFrameError('a member named __proto__')
      this.check(members[name], depth)
    }
  }

  private _spend(bytes: number): void {
    this._memory -= bytes
    if (this._memory < 0) throw new BadFrameError('needs too much memory')
  }
}

/** @throws BadFrameError for invalid JSON, or a value that the limits do not allow */
export const parseJson = (text: string, { depth, frameMemory }: JsonLimits): unknown => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new BadFrameError('not JSON')
  }
  new JsonCheck(RATIO * text.length + frameMemory).check(value, depth)
  return value
}

/** Returns the JSON text of a message. @throws TypeError for undefined, a function, a BigInt or a circular structure */
export const toJson = (value: unknown): string => {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`${typeof value} cannot be written as JSON`)
  return text
}
