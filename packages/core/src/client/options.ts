/** The options of `createWebSocket` and their default numbers. Numbers and the shape of objects are checked once, at creation. */

import type { Clock } from '../base/clock.ts'
import type { Environment } from '../base/environment.ts'
import { check, checkWord } from '../base/errors.ts'
import type { EngineOptions, EngineSettings, ReconnectOptions } from '../engine/engineHost.ts'
import type { HeartbeatTimes } from '../engine/heartbeatTiming.ts'
import type { Codec } from '../messaging/codec.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { OutboxHost } from '../messaging/outbox.ts'
import type { QueueRules } from '../messaging/queue.ts'
import type { Pace } from '../state/pace.ts'
import { type UrlSource, resolveUrl } from '../transport/dial.ts'
import type { OutgoingFor, RawMessage } from '../transport/frame.ts'
import type { Transport } from '../transport/transport.ts'
import { type WebSocketTransportOptions, constructorOf } from '../transport/webSocketTransport.ts'
import type { Callbacks } from './events.ts'
import type { NewConnection } from './onConnect.ts'
import type { Session, SessionCallbacks } from './session.ts'

/** Options of `createWebSocket`. Numbers are read once, functions at each use. All times are in ms. */
export interface WebSocketOptions<In = RawMessage, Out = OutgoingFor<In>>
  extends Omit<EngineOptions, 'onConnect'>, WebSocketTransportOptions, Callbacks<In, Out> {
  /** Converts messages to frames and back. @default raw() */
  codec?: Codec<In, Out>
  /** Dial on creation, or with `lazy` at the first `retain()`; false waits for `open()`. @default true */
  immediate?: boolean
  /** Dial on the first `retain()`, and close `linger` ms after the last release. @default false */
  lazy?: boolean
  /** See `lazy`; 0 closes in a microtask. @default 1000 */
  linger?: number
  /** How long a dial may take, including its providers. @default 10000 */
  connectTimeout?: number
  /** How long the closing handshake may take. @default 2000 */
  closeTimeout?: number
  /** false: none. true: sends `'ping'` and expects `'pong'`. Your server must answer the ping. @default false */
  heartbeat?: boolean | HeartbeatOptions<In, Out>
  /** Messages that wait for a connection; false drops them. @default { limit: 100, bytes: 1048576, ttl: 120000, overflow: 'drop-new' } */
  queue?: boolean | Partial<QueueRules>
  /** Bytes in the socket's buffer above which `send` queues, within `queue.bytes`. By default the platform's own buffer takes all. @default Infinity */
  highWaterMark?: number
  /**
   * Runs after the socket has opened, before queued messages are sent and `open` is emitted, at each connection: to authenticate or subscribe.
   * `connectTimeout` limits its time. If it throws or rejects, the attempt has failed, and `lastClose.error` is the error.
   */
  onConnect?: (connection: NewConnection<In, Out>) => void | Promise<void>
  /** Closes the connection after the page was hidden for so many ms; it opens again when the page is visible. @default false */
  closeWhenHidden?: number | false
  /** How often changes that are only messages notify subscribers: once per animation frame, at each change, or every so many ms. @default 'frame' */
  pace?: Pace
  /** How many of the newest messages the snapshot keeps. @default 0 */
  history?: number
  /** Network, visibility and life cycle events; false for none. @default those of the browser, if there is one */
  environment?: Environment | false
  /** Delivery across reconnects with a server that supports it: `session()` of `@holdfast/core/recovery`. */
  session?: Session
  /** How connections are opened. @default webSocketTransport(), which uses the options `WebSocket` and `binaryType` */
  transport?: Transport
  /** Time and random numbers, for tests. */
  clock?: Clock
}

const DEFAULTS = {
  options: { connectTimeout: 10_000, closeTimeout: 2000, linger: 1000, history: 0, highWaterMark: Infinity },
  heartbeat: { interval: 25_000, timeout: 10_000 },
  reconnect: { minDelay: 250, baseDelay: 1000, maxDelay: 30_000, maxAttempts: Infinity, stableAfter: 10_000 },
  queue: { limit: 100, bytes: 2 ** 20, ttl: 120_000 },
}
const DEFAULT_HEARTBEAT: HeartbeatTimes = { ...DEFAULTS.heartbeat, mode: 'silence' }
/** All other names, each between spaces. The last three are options of the adapters. */
const NAMES = {
  options:
    ' WebSocket binaryType clock closeWhenHidden codec environment heartbeat immediate lazy onConnect pace protocols queue reconnect session transport onClose onDispose onDrop onError onLatency onMessage onOpen onRetry onStatus onStop onPresence onResumed onResync onStream onUnconfirmed key limit select ',
  heartbeat: ' answer isReply message mode ',
  reconnect: ' delay shouldReconnect ',
  queue: ' overflow ',
} as const

/** By group, the names that are missing above, or that are no option: none, or it does not compile. */
type Wrong = {
  [Name in Group]: Difference<Words<(typeof NAMES)[Name]> | keyof (typeof DEFAULTS)[Name], Names[Name]>
}[Group]
type Difference<A, B> = Exclude<A, B> | Exclude<B, A>
type Words<Text> = Text extends ` ${infer Word} ${infer Rest}` ? Word | Words<` ${Rest}`> : never
interface Names {
  options: keyof WebSocketOptions | keyof SessionCallbacks<unknown, unknown> | 'key' | 'limit' | 'select'
  heartbeat: keyof HeartbeatOptions<unknown, unknown>
  reconnect: keyof ReconnectOptions
  queue: keyof QueueRules
}

const NO_QUEUE: QueueRules = { ...DEFAULTS.queue, limit: 0 }
/** With 0 ms, pings would follow each other without pause and every deadline would be over at once. */
const AT_LEAST_ONE = /^(interval|timeout|connectTimeout|closeTimeout)$/

/** The numbers of the options, checked and complete. */
export type Settings = EngineSettings &
  OutboxHost['settings'] & {
    readonly linger: number
    readonly pace: Pace
    readonly history: number
  }

type Group = keyof typeof DEFAULTS

/**
 * Returns the numbers of one group of options: the shared defaults if none is given.
 *
 * @param unknown receives the names that do not exist
 */
const numbersOf = <Name extends Group>(
  unknown: string[],
  group: Name,
  given: unknown = true,
): (typeof DEFAULTS)[Name] => {
  checkWord(group, given, 'boolean or object', typeof given)
  if (given !== Object(given)) return DEFAULTS[group]
  const numbers: Record<string, number> = { ...DEFAULTS[group] }
  const others: string = (NAMES satisfies [Wrong] extends [never] ? object : Wrong)[group]
  const path = group === 'options' ? '' : `${group}.`
  for (const name in given as object) {
    if (!(name in numbers) && !others.includes(` ${name} `)) unknown.push(path + name)
  }
  for (const name in numbers) {
    const value: unknown = Object(given)[name] ?? numbers[name]
    const least = AT_LEAST_ONE.test(name) ? 1 : 0
    const isValid = typeof value === 'number' && value >= least
    check(path + name, value, isValid, `a number from ${least}`)
    numbers[name] = value as number
  }
  return numbers as (typeof DEFAULTS)[Name]
}

/** @throws OptionError with the name of the first option that is invalid, its value, and what was expected */
export const checkOptions = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): Settings => {
  const { binaryType = 'blob', codec, heartbeat, pace = 'frame', queue, reconnect, session, transport } = options
  const { onConnect, closeWhenHidden = false } = options
  const { mode = 'silence', message } = Object(heartbeat) as HeartbeatOptions<unknown, unknown>
  const { overflow = 'drop-new' } = Object(queue) as Partial<QueueRules>
  check('url', url, url !== undefined, 'a URL, a function, or null for none (is an environment variable missing?)')
  // A server has no page yet that a relative URL could resolve against.
  if (url && typeof url !== 'function') resolveUrl(url, globalThis.location?.href ?? 'ws://page')
  checkWord('binaryType', binaryType, 'blob or arraybuffer')
  const isCodec = !codec || (typeof codec.encode === 'function' && typeof codec.decode === 'function')
  check('codec', codec, isCodec, 'what json() returns')
  check('session', session, !session || typeof session.attach === 'function', 'what session() returns')
  check('transport', transport, !transport || typeof transport.dial === 'function', 'an object with dial()')
  const isPace = pace === 'frame' || pace === 'sync' || (typeof pace === 'number' && pace >= 0)
  check('pace', pace, isPace, 'frame, sync or ms')
  const isHiddenTime = closeWhenHidden === false || (typeof closeWhenHidden === 'number' && closeWhenHidden >= 0)
  check('closeWhenHidden', closeWhenHidden, isHiddenTime, 'false or ms')
  check('onConnect', onConnect, !onConnect || typeof onConnect === 'function', 'function')
  checkWord('heartbeat.mode', mode, 'silence or interval')
  checkWord('queue.overflow', overflow, 'drop-new or drop-old')
  for (const name of ['delay', 'shouldReconnect']) {
    const callback: unknown = Object(reconnect)[name]
    check(`reconnect.${name}`, callback, callback == null || typeof callback === 'function', 'function')
  }
  const unknown: string[] = []
  const { connectTimeout, closeTimeout, linger, history, highWaterMark } = numbersOf(unknown, 'options', options)
  const heartbeatTimes = numbersOf(unknown, 'heartbeat', heartbeat)
  const backoff = numbersOf(unknown, 'reconnect', reconnect)
  const rules = numbersOf(unknown, 'queue', queue)
  if (unknown[0]) console.warn(`createWebSocket: unknown options: ${unknown.join(', ')}`)
  // By name and not by a spread, which would give each object a hidden class of its own.
  return {
    connectTimeout,
    closeTimeout,
    closeWhenHidden,
    linger,
    history,
    highWaterMark,
    hasHeartbeat: !!heartbeat,
    heartbeat:
      heartbeatTimes === DEFAULTS.heartbeat
        ? DEFAULT_HEARTBEAT
        : { ...heartbeatTimes, mode: message === null ? 'receive' : mode },
    reconnect: backoff,
    queue: queue === false ? NO_QUEUE : queue === Object(queue) ? { ...rules, overflow } : rules,
    pace,
  }
}

/** Returns false without a URL. @throws OptionError if no dial can succeed: there is no constructor, or a relative URL and no page */
export const canDial = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): boolean => {
  if (!url) return false
  if (typeof url !== 'function') resolveUrl(url)
  if (!options.transport) constructorOf(options)
  return true
}
