/** Every option with its default, checked at the door: what passes here is taken at its word inside. */

import type { Clock } from '../base/clock.ts'
import type { Codec, RawMessage, RawOutgoing } from '../messaging/codec.ts'
import { type UrlSource, resolveUrl } from '../transport/dial.ts'
import { check, checkWord } from '../base/errors.ts'
import type { Callbacks } from './events.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { OutboxRules } from '../messaging/outbox.ts'
import type { Pace } from '../state/pace.ts'
import type { QueueRules } from '../messaging/queue.ts'
import type { RunnerOptions, RunnerRules } from '../engine/runner.ts'
import type { Session } from './session.ts'
import type { Environment } from '../base/environment.ts'

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
  environment?: Environment | false
  /** Delivery across reconnects with a server that speaks it: `session()` of `@holdfast/core/recovery`. */
  session?: Session
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
  pace: Pace
  history: number
}

/** @throws OptionError naming the first option that is wrong, its value, and what was expected */
export const checkOptions = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): Settings => {
  const { binaryType = 'blob', codec, heartbeat, pace = 'frame', queue, reconnect, session } = options
  const { overflow = 'drop-new' } = Object(queue) as Partial<QueueRules>
  // On a server there is no page yet that a relative address could resolve against.
  if (url && typeof url !== 'function') resolveUrl(url, globalThis.location?.href ?? 'ws://page')
  checkWord('binaryType', binaryType, 'blob or arraybuffer')
  check(
    'codec',
    codec,
    !codec || (typeof codec.encode === 'function' && typeof codec.decode === 'function'),
    'encode and decode',
  )
  check('session', session, !session || typeof session.link === 'function', 'what session() gives')
  check(
    'pace',
    pace,
    pace === 'frame' || pace === 'sync' || (typeof pace === 'number' && pace >= 0),
    'frame, sync or ms',
  )
  checkWord('queue.overflow', overflow, 'drop-new or drop-old')
  for (const name of ['delay', 'shouldReconnect']) {
    const given = Object(reconnect)[name] ?? check
    checkWord(`reconnect.${name}`, given, 'function', typeof given)
  }
  const settings: Record<string, unknown> = { overflow, pace, beats: !!heartbeat, probe: 5000 }
  const groups = { options, ...options } as Record<string, unknown>
  for (const [group, defaults] of Object.entries(DEFAULTS)) {
    const given = groups[group] ?? true
    checkWord(group, given, 'boolean or object', typeof given)
    for (const [name, standard] of Object.entries(defaults)) {
      const value = Object(given)[name] ?? standard
      const least = /out|int/.test(name) ? 1 : 0 // a beat or a deadline without any time would be none
      check(
        given === options ? name : `${group}.${name}`,
        value,
        typeof value === 'number' && value >= least,
        `a number from ${least}`,
      )
      settings[name] = value
    }
  }
  if (queue === false) settings['limit'] = 0
  // Copied at once, an object takes a quarter of what it takes when it has grown by computed names.
  return { ...settings } as unknown as Settings
}
