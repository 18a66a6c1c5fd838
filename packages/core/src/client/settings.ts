/** The numbers of the options of `createWebSocket`, their defaults, and the checks of all options. They are read once, at creation. */

import { check, checkWord } from '../base/errors.ts'
import type { EngineSettings, ReconnectOptions } from '../engine/engineHost.ts'
import type { HeartbeatTimes } from '../engine/heartbeatTiming.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { OutboxHost } from '../messaging/outbox.ts'
import type { QueueRules } from '../messaging/queue.ts'
import type { Pace } from '../state/pace.ts'
import { type UrlSource, resolveUrl } from '../transport/dial.ts'
import { constructorOf } from '../transport/webSocketTransport.ts'
import type { WebSocketOptions } from './options.ts'
import type { SessionCallbacks } from './session.ts'

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
  checkWord(group, given, group === 'options' ? 'object' : 'boolean or object', typeof given)
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
  const settings: Settings = {
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
  // Most clients have only defaults, and share one object.
  const defaults = DEFAULT_SETTINGS[heartbeat ? 1 : 0]
  const isDefault = (Object.keys(defaults) as (keyof Settings)[]).every((name) => settings[name] === defaults[name])
  return isDefault ? defaults : settings
}

/** Without and with a heartbeat. */
const DEFAULT_SETTINGS = [false, true].map((hasHeartbeat) => ({
  ...DEFAULTS.options,
  closeWhenHidden: false,
  hasHeartbeat,
  heartbeat: DEFAULT_HEARTBEAT,
  reconnect: DEFAULTS.reconnect,
  queue: DEFAULTS.queue,
  pace: 'frame',
})) as unknown as readonly [Settings, Settings]

/** Returns false without a URL. @throws OptionError if no dial can succeed: there is no constructor, or a relative URL and no page */
export const canDial = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): boolean => {
  if (!url) return false
  if (typeof url !== 'function') resolveUrl(url)
  if (!options.transport) constructorOf(options)
  return true
}
