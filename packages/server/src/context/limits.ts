/** What one client may ask of the hub. The bounds of what is kept belong to the store. */

import { check } from '../errors.ts'

/** All in bytes of UTF-8 and ms. */
export interface Limits {
  /** The longest frame from a client; above it 1009. @default 65_536 */
  frame: number
  /** How deep the JSON of a frame may nest, the frame itself being the first level. @default 32 */
  depth: number
  /** Streams per connection. @default 128 */
  streams: number
  /** Messages replayed for one hello, over all streams. @default 1000 */
  replayMessages: number
  /** Their bytes. @default 4_194_304 */
  replayBytes: number
  /** What may wait in the send buffer of a client; above it 4001. @default 1_048_576 */
  sendBuffer: number
  /** Until `welcome`, in ms; then 4008. @default 10_000 */
  hello: number
  /** Frames per second from one client in the mean; above it 4005. @default 200 */
  rate: number
  /** And at once. @default 400 */
  burst: number
  /** Bytes per second from one client in the mean. @default 262_144 */
  byteRate: number
  /** And at once. @default 1_048_576 */
  byteBurst: number
  /** Messages of one client that wait for your listeners; above it 4005. @default 256 */
  backlog: number
  /** Their bytes. @default 1_048_576 */
  backlogBytes: number
  /** Links of this hub; above it the upgrade is answered with 503. @default Infinity */
  connections: number
}

const KIB = 1024
const MIB = KIB * KIB

const DEFAULTS: Limits = {
  frame: 64 * KIB,
  depth: 32,
  streams: 128,
  replayMessages: 1000,
  replayBytes: 4 * MIB,
  sendBuffer: MIB,
  hello: 10_000,
  rate: 200,
  burst: 400,
  byteRate: 256 * KIB,
  byteBurst: MIB,
  backlog: 256,
  backlogBytes: MIB,
  connections: Infinity,
}

/** @throws OptionError for what is not a number above 0 */
export const checkLimits = (given: Partial<Limits> = {}): Limits => {
  for (const [name, value] of Object.entries(given)) {
    check(`limits.${name}`, value, name in DEFAULTS, `one of ${Object.keys(DEFAULTS).join(', ')} as its name`)
    check(`limits.${name}`, value, typeof value === 'number' && value > 0, 'a number above 0')
  }
  return { ...DEFAULTS, ...given }
}
