/** Every option with its default, checked at the door: what passes here is taken at its word inside. */

import type { Clock } from './clock.ts'
import type { Codec, RawMessage, RawOutgoing } from './codec.ts'
import type { CloseInfo } from './closeCodes.ts'
import { type UrlSource, resolveUrl } from './dial.ts'
import { OptionError } from './errors.ts'
import type { HeartbeatOptions } from './heartbeat.ts'
import type { Status } from './machine.ts'
import type { DropReason, OutboxRules } from './outbox.ts'
import type { Pace } from './pace.ts'
import type { QueueRules } from './queue.ts'
import type { RunnerOptions, RunnerRules } from './runner.ts'
import type { Surroundings } from './surroundings.ts'

/** A connection has opened; what was queued is already on its way. */
export interface OpenInfo {
  /** This client had been open before: subscribe again, fetch what was missed. */
  again: boolean
  /** Reconnect attempts that it took; 0 for a first dial. */
  attempt: number
  /** The subprotocol that the server chose, or ''. */
  protocol: string
}

/** Another attempt is coming. */
export interface RetryInfo {
  /** Which, from 1. */
  attempt: number
  /** ms from now. */
  delay: number
  /** Epoch ms. */
  retryAt: number
}

/** A message that will not be sent, or, with reason `slow`, was not read. */
export interface DropInfo<Message = unknown> {
  message: Message
  reason: DropReason
}

/** What a client raises, by name. */
export interface ClientEvents<In = RawMessage, Out = RawOutgoing> {
  open: OpenInfo
  /** Every message, in order, heartbeat replies excepted. */
  message: In
  /** A connection or a dial ended. */
  close: CloseInfo
  /** A dial, the heartbeat, the codec or a function of yours failed. What it means for the connection, `status` says. */
  error: Error
  status: Status
  retry: RetryInfo
  /** No further attempt follows by itself: the code was final or the attempts are spent. */
  stop: CloseInfo
  drop: DropInfo<In | Out>
  /** Round trip of a heartbeat, in ms. */
  latency: number
}

export type Callbacks<In, Out> = {
  [Type in keyof ClientEvents<In, Out> as `on${Capitalize<Type>}`]?: (value: ClientEvents<In, Out>[Type]) => void
}

/** Options of `createWebSocket`. Numbers are read once, functions at each use. All times are in ms. */
export interface WebSocketOptions<In = RawMessage, Out = RawOutgoing> extends RunnerOptions, Callbacks<In, Out> {
  /** How messages become frames and back. @default raw() */
  codec?: Codec<In, Out>
  /** Dial on creation; false waits for `open()`. @default true */
  immediate?: boolean
  /** Dial at the first `retain()` instead, and end `linger` ms after the last release. @default false */
  lazy?: boolean
  /** See `lazy`; 0 is a microtask. @default 1000 */
  linger?: number
  /** How long a dial may take, its providers included. @default 10000 */
  connectTimeout?: number
  /** How long the closing handshake may take. @default 2000 */
  closeTimeout?: number
  /** Off, or `'ping'` answered by `'pong'` (true), or your own. @default false */
  heartbeat?: boolean | HeartbeatOptions<In, Out>
  /** What waits while there is no connection. @default { limit: 100, bytes: 1048576, ttl: 120000, overflow: 'drop-new' } */
  queue?: boolean | Partial<QueueRules>
  /** Bytes buffered by the socket above which `send` queues. @default 1048576 */
  highWaterMark?: number
  /** How often changes that are only messages notify `subscribe`: per animation frame, each one, or every so many ms. @default 'frame' */
  pace?: Pace
  /** How many of the newest messages the snapshot keeps. @default 0 */
  history?: number
  /** Online, visibility and life-cycle hints; false for none. @default the browser's, where there is one */
  surroundings?: Surroundings | false
  /** Time and chance, for tests. */
  clock?: Clock
}

const DEFAULTS = {
  options: { connectTimeout: 10_000, closeTimeout: 2000, linger: 1000, history: 0, highWaterMark: 2 ** 20 },
  heartbeat: { interval: 25_000, timeout: 10_000 },
  reconnect: { minDelay: 250, baseDelay: 1000, maxDelay: 30_000, maxAttempts: Infinity, stableAfter: 10_000 },
  queue: { limit: 100, bytes: 2 ** 20, ttl: 120_000 },
}

/** What the client obeys once the options have passed. */
export interface Settings extends RunnerRules, OutboxRules {
  linger: number
  history: number
}

/** @throws OptionError naming the first option that is wrong, its value, and what was expected */
export const checkOptions = (url: UrlSource, options: object): Settings => {
  if (url && typeof url !== 'function') resolveUrl(url)
  const groups = { options, ...options } as Record<string, unknown>
  const settings: Record<string, unknown> = {}
  for (const [group, defaults] of Object.entries(DEFAULTS)) {
    const given = groups[group] ?? true
    if (typeof given !== 'object' && typeof given !== 'boolean') throw new OptionError(group, given, 'a boolean or an object')
    for (const [name, standard] of Object.entries(defaults)) {
      const value = Object(given)[name] ?? standard
      if (typeof value !== 'number' || !(value > (/out|int/.test(name) ? 0 : -1))) throw new OptionError(`${group}.${name}`, value, 'a positive number')
      settings[name] = value
    }
  }
  const { heartbeat, queue } = groups
  return {
    ...settings,
    ...(queue === false && { limit: 0 }),
    overflow: Object(queue).overflow,
    beats: !!heartbeat,
    verdict: settings['connectTimeout'],
    probe: 5000,
  } as Settings
}
