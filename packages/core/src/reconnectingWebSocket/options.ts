/** The options of the class: those of `reconnecting-websocket` and `partysocket`, and additions. */

import { type Clock, isTime, systemClock } from '../base/clock.ts'
import { type Environment, browserEnvironment } from '../base/environment.ts'
import { check, checkWord } from '../base/errors.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { Dial } from '../transport/dial.ts'
import type { RawMessage, RawOutgoing } from '../transport/frame.ts'
import type { WebSocketTransportOptions } from '../transport/webSocketTransport.ts'
import type { CloseEvent } from './platformEvents.ts'

/** What `send` accepts. */
export type Message = RawOutgoing

/** Where to connect. A function is called at each dial; its argument is optional. */
export type UrlProvider = string | URL | ((dial: Dial) => string | URL | Promise<string | URL>)

/** The object is that of Node's own `WebSocket`; only its `protocols` are used. */
type Protocols = null | undefined | string | string[] | { protocols?: string | string[] }
/** Subprotocols. A function is called at each dial. */
export type ProtocolsProvider = Protocols | ((dial: Dial) => Protocols | Promise<Protocols>)

/** The arguments of the constructor. */
export type SocketArguments = readonly [url: UrlProvider, protocols: ProtocolsProvider, options: Options]

/** Options of `ReconnectingWebSocket`. All times are in ms. An unknown option is ignored, and null is the default. */
export interface Options {
  /** The constructor of the platform's sockets. In Node before 22 pass that of `ws`. @default globalThis.WebSocket, read at each dial */
  WebSocket?: WebSocketTransportOptions['WebSocket']
  /**
   * The wait before the first reconnect attempt. If none of `minReconnectionDelay`, `maxReconnectionDelay` and `reconnectionDelayGrowFactor`
   * is given, the waits are those of `createWebSocket`. @default 3000
   */
  minReconnectionDelay?: number
  /** The longest wait, without the jitter. @default 10000 */
  maxReconnectionDelay?: number
  /** Each wait is longer than the previous one by this factor. @default 1.3 */
  reconnectionDelayGrowFactor?: number
  /** The random part of a wait, as a share of it. 0: none. It applies if one of the three delay options is given. @default 0.25 */
  jitter?: number
  /** How long a connection must have been open before `retryCount` is 0 again. @default 5000 */
  minUptime?: number
  /** How long a dial may take, including its providers. @default 10000 */
  connectionTimeout?: number
  /** Reconnect attempts before the class gives up and dispatches `stop`. @default Infinity */
  maxRetries?: number
  /** The most messages that wait for a connection; 0: none. @default Infinity */
  maxEnqueuedMessages?: number
  /** The most bytes that wait for a connection. @default 67108864 */
  maxEnqueuedBytes?: number
  /** Do not dial before `reconnect()`. @default false */
  startClosed?: boolean
  /** Whether to reconnect. Called with the close event before its listeners. It may return a promise. @default always */
  shouldReconnectOnClose?: (event: CloseEvent) => boolean | Promise<boolean>
  /** Log each event, without URLs and messages. @default false */
  debug?: boolean
  /** Called with `'RWS>'`, the name of the event and its details. @default console.log */
  debugLogger?: (...args: unknown[]) => void
  /** false: one connection, like the platform's class, for libraries that reconnect by themselves. @default true */
  reconnect?: boolean
  /** false: none. true: sends `'ping'` and expects `'pong'`. The server must answer the ping. @default false */
  heartbeat?: boolean | HeartbeatOptions<RawMessage, RawOutgoing>
  /** How long the closing handshake may take. @default 2000, and 10000 with `reconnect: false` */
  closeTimeout?: number
  /** Network and page events; false for none. @default those of the browser, if there is one; with `reconnect: false` none */
  environment?: Environment | false
  /** Time and random numbers, for tests. */
  clock?: Clock
}

/** The options, checked and complete. */
export type Settings = { readonly [Name in Exclude<keyof Options, 'WebSocket'>]-?: NonNullable<Options[Name]> } & {
  /** One of the three options of the delays is given. */
  readonly hasDelay: boolean
}

const DEFAULTS: Omit<Settings, 'environment' | 'hasDelay' | 'heartbeat'> = {
  clock: systemClock,
  minReconnectionDelay: 3000,
  maxReconnectionDelay: 10_000,
  reconnectionDelayGrowFactor: 1.3,
  jitter: 0.25,
  minUptime: 5000,
  connectionTimeout: 10_000,
  maxRetries: 1 / 0,
  maxEnqueuedMessages: 1 / 0,
  maxEnqueuedBytes: 67_108_864,
  closeTimeout: 2000,
  startClosed: false,
  debug: false,
  reconnect: true,
  debugLogger: (...args) => console.log(...args),
  shouldReconnectOnClose: () => true,
}

/** @throws OptionError with the name of the first option that is invalid */
export const readSettings = (options: Options): Settings => {
  const { environment, minReconnectionDelay, maxReconnectionDelay, reconnectionDelayGrowFactor } = options
  const settings: Record<string, unknown> = { ...DEFAULTS }
  if (options.reconnect === false) settings['closeTimeout'] = 10_000
  for (const name in DEFAULTS) {
    const value = options[name as keyof Options] ?? settings[name]
    const type = typeof settings[name]
    const least = name.endsWith('Timeout') ? 1 : 0
    if (type === 'number') check(name, value, isTime(value, least), `a number from ${least}`)
    else checkWord(name, value, type, typeof value)
    settings[name] = value
  }
  const { clock, reconnect } = settings as Settings
  check('clock', clock, 'setTimeout' in clock, 'an object with setTimeout()')
  check('environment', environment, !environment || environment.subscribe, 'false or an object with subscribe()')
  settings['heartbeat'] = options.heartbeat ?? false // the core checks it
  settings['environment'] = environment ?? ((reconnect && browserEnvironment()) || false)
  settings['hasDelay'] = (minReconnectionDelay ?? maxReconnectionDelay ?? reconnectionDelayGrowFactor) != null
  return settings as Settings
}
