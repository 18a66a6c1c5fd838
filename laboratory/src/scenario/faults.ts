/** The faults of a scenario and their arguments, as types and as a table: the validator and the page's forms read the table. */

export type Direction = 'both' | 'toServer' | 'toClient'
export type DownMode = 'refuse' | 'hang' | 'unreachable'

/** A fault with its arguments, as a scenario contains it. */
export type Fault =
  /** Cuts every connection. Both ends see 1006. */
  | [name: 'drop']
  /** The server closes every connection with a close frame. */
  | [name: 'close', code: number, reason: string]
  /** No byte of the connections that exist passes, and neither end gets an event. New connections work. */
  | [name: 'halfOpen', ms: number, direction?: Direction]
  /** New connections fail for `ms`: at once, never (the client must give up), or after a second as when no route exists. */
  | [name: 'down', ms: number, how: DownMode]
  /** The server stops for `ms`. `announced`: it closes with 1012 first. `forget`: the new one has an empty memory. */
  | [name: 'restart', ms: number, announced: boolean, forget: boolean]
  /** Sets the delay of each direction until the end. */
  | [name: 'latency', ms: number, jitter: number]
  /** Limits each direction to `bytesPerSecond` for `ms`. */
  | [name: 'rate', bytesPerSecond: number, ms: number]
  /** The page has no network for `ms`. `notified`: the browser emits `offline` and `online`. */
  | [name: 'offline', ms: number, notified: boolean]
  /** The page is in a hidden tab for `ms`. */
  | [name: 'hide', ms: number]
  /** The computer sleeps for `ms`: time passes, no timer fires and no byte passes. */
  | [name: 'sleep', ms: number]
  /** The server no longer accepts the present token, and closes the connections that use it. */
  | [name: 'expireToken']
  /** The server publishes `count` messages of `size` bytes at once. */
  | [name: 'burst', count: number, size: number]
  /** The server closes its connections one after another, spread over `windowMs`. */
  | [name: 'drain', windowMs: number]
  /** Each lane is asked to connect a second time. */
  | [name: 'duplicateDial']
  /** The server accepts each connection and closes it at once, for `ms`. */
  | [name: 'flap', ms: number, code: number]

export type FaultName = Fault[0]

/** An argument of a fault: its name, its kind and its limits. */
export type Parameter = { name: string; optional?: true } & (
  | { kind: 'number'; min: number; max: number }
  | { kind: 'text'; maxLength: number }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'flag' }
)

/** The longest scenario, in ms. */
export const LONGEST = 600_000

const number = (name: string, min: number, max: number): Parameter => ({ name, kind: 'number', min, max })
const duration = (name = 'ms', min = 0): Parameter => number(name, min, LONGEST)
const flag = (name: string): Parameter => ({ name, kind: 'flag' })

const DIRECTIONS: readonly Direction[] = ['both', 'toServer', 'toClient']
const DOWN_MODES: readonly DownMode[] = ['refuse', 'hang', 'unreachable']

/** The parameters of each fault, in order. */
export const FAULTS: Readonly<Record<FaultName, readonly Parameter[]>> = {
  drop: [],
  close: [number('code', 1000, 4999), { name: 'reason', kind: 'text', maxLength: 100 }],
  halfOpen: [duration(), { name: 'direction', kind: 'choice', choices: DIRECTIONS, optional: true }],
  down: [duration(), { name: 'how', kind: 'choice', choices: DOWN_MODES }],
  restart: [duration(), flag('announced'), flag('forget')],
  latency: [number('ms', 0, 60_000), number('jitter', 0, 60_000)],
  rate: [number('bytesPerSecond', 1, 1e9), duration()],
  offline: [duration(), flag('notified')],
  hide: [duration()],
  sleep: [duration()],
  expireToken: [],
  burst: [number('count', 1, 20_000), number('size', 0, 10_000)],
  drain: [duration('windowMs')],
  duplicateDial: [],
  flap: [duration(), number('code', 1000, 4999)],
}

export const isFaultName = (value: unknown): value is FaultName =>
  typeof value === 'string' && Object.hasOwn(FAULTS, value)
