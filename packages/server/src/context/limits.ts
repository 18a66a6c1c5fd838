/** The limits for one client. The limits of stored data belong to the store. */

import { check, checkNames } from '../errors.ts'

/** All sizes are bytes of UTF-8, all times are ms. */
export interface Limits {
  /** The longest message from a client. A longer one closes the connection with 1009. @default 1_048_576 */
  frame: number
  /** How deep the JSON of a frame may nest. The frame itself is the first level. @default 32 */
  depth: number
  /**
   * The memory of the parsed JSON of a frame, besides four times its text. Only JSON of many tiny values needs more: an array of 20 000
   * pairs of short numbers needs 1 MiB beyond that. @default 1_048_576
   */
  frameMemory: number
  /** Streams per connection. @default 128 */
  streams: number
  /** Messages replayed for one `hello`, over all streams. @default 1000 */
  replayMessages: number
  /** Bytes replayed for one `hello`, over all streams. @default 4_194_304 */
  replayBytes: number
  /** Bytes that may wait in the send buffer of a client. More close the connection with 4001. @default 1_048_576 */
  sendBuffer: number
  /** Time until `welcome`, in ms. After it the connection is closed with 4008. @default 10_000 */
  hello: number
  /** Messages of one client that are handled per second, on average. Further ones wait. @default 500 */
  rate: number
  /** Messages of one client that are handled at once. Pings have the same limits, but close the connection with 4005. @default 1000 */
  burst: number
  /** Bytes of one client that are handled per second, on average. @default 1_048_576 */
  byteRate: number
  /** Bytes of one client that are handled at once. @default 8_388_608 */
  byteBurst: number
  /** Messages of one client that may wait for your listeners. While more wait, its socket is not read. @default 256 */
  backlog: number
  /** The memory of those messages. @default 1_048_576 */
  backlogBytes: number
  /** Connections of this hub. Further upgrades get the status 503. @default Infinity */
  connections: number
  /**
   * Connections and pending upgrades of one address of this hub, where an IPv6 address counts by its first 64 bits. Further upgrades get
   * the status 429. All clients behind a proxy have one address: set the option `address` too. @default Infinity
   */
  perAddress: number
}

const MIB = 1024 * 1024

/** The limits that may have a fraction: times and tokens. The others count something. */
const FRACTIONS: readonly string[] = ['hello', 'rate', 'burst', 'byteRate', 'byteBurst'] satisfies (keyof Limits)[]

const DEFAULTS: Limits = {
  frame: MIB,
  depth: 32,
  frameMemory: MIB,
  streams: 128,
  replayMessages: 1000,
  replayBytes: 4 * MIB,
  sendBuffer: MIB,
  hello: 10_000,
  rate: 500,
  burst: 1000,
  byteRate: MIB,
  byteBurst: 8 * MIB,
  backlog: 256,
  backlogBytes: MIB,
  connections: Infinity,
  perAddress: Infinity,
}

/** Fills in the defaults. @throws OptionError for an unknown name, or a value that is not a number above 0 or has a fraction */
export const checkLimits = (given: Partial<Limits> = {}): Limits => {
  checkNames('limits.', given, Object.keys(DEFAULTS))
  for (const [name, value] of Object.entries(given)) {
    check(`limits.${name}`, value, typeof value === 'number' && value > 0, 'a number above 0')
    const isWhole = Number.isInteger(value) || value === Infinity || FRACTIONS.includes(name)
    check(`limits.${name}`, value, isWhole, 'a whole number, or Infinity')
  }
  return { ...DEFAULTS, ...given }
}
