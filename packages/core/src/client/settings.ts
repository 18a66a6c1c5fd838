/** The numbers of the options of `createWebSocket`, their defaults, and the checks of all options. They are read once, at creation. */

import { isTime } from '../base/clock.ts'
import { check, checkWord } from '../base/errors.ts'
import type { EngineSettings, HeartbeatTimes, ReconnectOptions } from '../engine/engineHost.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { OutboxHost } from '../messaging/outbox.ts'
import type { QueueRules } from '../messaging/queue.ts'
import type { Pace } from '../state/pace.ts'
import { type UrlSource, resolveUrl } from '../transport/dial.ts'
import { constructorOf } from '../transport/webSocketTransport.ts'
import type { WebSocketOptions } from './options.ts'
import type { SessionCallbacks } from './session.ts'

/** Each group of options, complete. */
interface Groups {
  options: Omit<Settings, 'hasHeartbeat' | 'heartbeat' | 'reconnect' | 'queue'>
  heartbeat: HeartbeatTimes
  reconnect: EngineSettings['reconnect']
  queue: QueueRules
}
type Group = keyof Groups

const DEFAULTS: Groups = {
  options: {
    connectTimeout: 10_000,
    closeTimeout: 2000,
    linger: 1000,
    history: 0,
    highWaterMark: Infinity,
    closeWhenHidden: false,
    pace: 'frame',
  },
  heartbeat: { interval: 25_000, timeout: 10_000, mode: 'silence' },
  reconnect: { minDelay: 250, baseDelay: 1000, maxDelay: 30_000, maxAttempts: Infinity, stableAfter: 10_000 },
  queue: { limit: 100, bytes: 2 ** 20, ttl: 120_000, overflow: 'drop-new' },
}
/** All other names, each between spaces. The last three are options of the adapters. */
const NAMES = {
  options:
    ' WebSocket binaryType clock codec environment heartbeat immediate lazy onConnect protocols queue reconnect session transport onClose onDispose onDrop onError onLatency onMessage onOpen onRetry onStatus onStop onPresence onResumed onResync onStream onUnconfirmed key limit select ',
  heartbeat: ' answer isReply message ',
  reconnect: ' delay shouldReconnect ',
  queue: '',
} as const

/** By group, the names that are missing above, or that are no option: none, or it does not compile. */
type Wrong = {
  [Name in Group]: Difference<Words<(typeof NAMES)[Name]> | keyof Groups[Name], Names[Name]>
}[Group]
type Difference<A, B> = Exclude<A, B> | Exclude<B, A>
type Words<Text> = Text extends ` ${infer Word} ${infer Rest}` ? Word | Words<` ${Rest}`> : never
interface Names {
  options: keyof WebSocketOptions | keyof SessionCallbacks<unknown, unknown> | 'key' | 'limit' | 'select'
  heartbeat: keyof HeartbeatOptions<unknown, unknown>
  reconnect: keyof ReconnectOptions
  queue: keyof QueueRules
}

/** Intervals and timeouts. With 0 ms, pings would follow each other without pause and every deadline would be over at once. */
const AT_LEAST_ONE = /interval|timeout/i

/** The numbers of the options, checked and complete. */
export type Settings = EngineSettings &
  OutboxHost['settings'] & {
    readonly linger: number
    readonly pace: Pace
    readonly history: number
  }

/** Most clients have only defaults, and share their objects. */
const share = (values: object, defaults: object): object =>
  Object.entries(values).every(([name, value]) => value === defaults[name as never]) ? defaults : values

/**
 * Returns one group of options, complete. Checks the numbers.
 *
 * @param unknown receives the names that do not exist
 */
const groupOf = <Name extends Group>(unknown: string[], group: Name, given: unknown = true): Groups[Name] => {
  checkWord(group, given, group === 'options' ? 'object' : 'boolean or object', typeof given)
  const defaults = DEFAULTS[group]
  const values: Record<string, unknown> = { ...defaults }
  const others: string = (NAMES satisfies [Wrong] extends [never] ? object : Wrong)[group]
  const path = group === 'options' ? '' : `${group}.`
  for (const name in Object(given)) {
    if (!(name in values) && !others.includes(` ${name} `)) unknown.push(path + name)
  }
  for (const name in values) {
    const value: unknown = Object(given)[name] ?? values[name]
    const least = AT_LEAST_ONE.test(name) ? 1 : 0
    const isValid = typeof values[name] !== 'number' || isTime(value, least)
    check(path + name, value, isValid, `a number from ${least}`)
    values[name] = value
  }
  return share(values, defaults) as Groups[Name]
}

/** @throws OptionError with the name of the first option that is invalid, its value, and what was expected */
export const checkOptions = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): Settings => {
  const { binaryType = 'blob', codec, heartbeat, onConnect, queue, reconnect, session, transport } = options
  const unknown: string[] = []
  const group = groupOf(unknown, 'options', options)
  const times = groupOf(unknown, 'heartbeat', heartbeat)
  const backoff = groupOf(unknown, 'reconnect', reconnect)
  const rules = groupOf(unknown, 'queue', queue)
  const { pace, closeWhenHidden } = group
  check('url', url, url !== undefined, 'a URL, a function, or null for none (is an environment variable missing?)')
  // A server has no page yet that a relative URL could resolve against.
  if (url && typeof url !== 'function') resolveUrl(url, globalThis.location?.href ?? 'ws://page')
  checkWord('binaryType', binaryType, 'blob or arraybuffer')
  const isCodec = !codec || (typeof codec.encode === 'function' && typeof codec.decode === 'function')
  check('codec', codec, isCodec, 'what json() returns')
  check('session', session, !session || typeof session.attach === 'function', 'what session() returns')
  check('transport', transport, !transport || typeof transport.dial === 'function', 'an object with dial()')
  check('pace', pace, pace === 'frame' || pace === 'sync' || isTime(pace), 'frame, sync or ms')
  check('closeWhenHidden', closeWhenHidden, closeWhenHidden === false || isTime(closeWhenHidden), 'false or ms')
  check('onConnect', onConnect, !onConnect || typeof onConnect === 'function', 'function')
  checkWord('heartbeat.mode', times.mode, 'silence or interval')
  checkWord('queue.overflow', rules.overflow, 'drop-new or drop-old')
  for (const name of ['delay', 'shouldReconnect']) {
    const callback: unknown = Object(reconnect)[name]
    check(`reconnect.${name}`, callback, callback == null || typeof callback === 'function', 'function')
  }
  if (unknown[0]) console.warn(`createWebSocket: unknown options: ${unknown.join(', ')}`)
  const { message } = Object(heartbeat) as HeartbeatOptions<unknown, unknown>
  // A literal with a spread would have a hidden class of its own in each client (V8).
  const settings: Settings = Object.assign(
    {
      hasHeartbeat: !!heartbeat,
      heartbeat: message === null ? { ...times, mode: 'receive' as const } : times,
      reconnect: backoff,
      queue: queue === false ? { ...rules, limit: 0 } : rules,
    },
    group,
  )
  return share(settings, DEFAULT_SETTINGS[heartbeat ? 1 : 0]!) as Settings
}

/** Without and with a heartbeat. */
const DEFAULT_SETTINGS = [false, true].map((hasHeartbeat) => ({ ...DEFAULTS.options, ...DEFAULTS, hasHeartbeat }))

/** Returns false without a URL. @throws OptionError if no dial can succeed: there is no constructor, or a relative URL and no page */
export const canDial = (url: UrlSource, options: WebSocketOptions<unknown, unknown>): boolean => {
  if (!url) return false
  if (typeof url !== 'function') resolveUrl(url)
  if (!options.transport) constructorOf(options)
  return true
}
