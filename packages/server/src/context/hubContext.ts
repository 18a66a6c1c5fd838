/** What all rooms of a node share: its options, checked, and its one clock, store, counts and listeners. */

import type { IncomingMessage } from 'node:http'
import { type Clock, type Timers, createTimers, systemClock } from '../clock.ts'
import type { HubEvents, User } from './hubEvents.ts'
import { type Corks, createCorks } from './writeBatcher.ts'
import { type Emitter, createEmitter } from './emitter.ts'
import { asError, check } from '../errors.ts'
import { type Limits, checkLimits } from './limits.ts'
import { memoryStore } from '../store/memory/memoryStore.ts'
import { type Stats, createStats } from './stats.ts'
import type { Store } from '../store/store.ts'

/** What a client shows. For plain clients there is only the request. */
export interface Credentials {
  request: IncomingMessage
  token: string | undefined
  /** The `hello`, for a client that speaks the protocol: whether it asks for a session. */
  hello: { sid: string | undefined } | undefined
}

export interface NodeOptions {
  /** @default memoryStore() */
  store?: Store
  /** Who it is; null, or what it throws, turns the client away (4501; plain clients 401). @default anonymous, a new id for each session */
  authenticate?: (credentials: Credentials) => User | null | undefined | Promise<User | null | undefined>
  /** Whether a user may join a stream. @default yes */
  authorize?: (user: User, stream: string) => boolean | Promise<boolean>
  /** A ping each `interval`, and the end of the link when nothing came within `timeout` of it. @default 25_000, 10_000 */
  heartbeat?: { interval?: number; timeout?: number }
  limits?: Partial<Limits>
  /** Whether streams tell who is there: all, none, or some. @default false */
  presence?: boolean | ((stream: string) => boolean)
  /** What plain clients speak. With `'json'`, the text `ping` is answered with `pong`: the heartbeat of clients. @default 'json' */
  codec?: 'json' | 'raw'
  clock?: Clock
}

export interface Setting {
  readonly options: NodeOptions
  /** Of this node, as owner of sessions. */
  readonly name: string
  readonly store: Store
  /** Whether the store is the node's own, to be closed with it. */
  readonly ownStore: boolean
  readonly clock: Clock
  readonly timers: Timers
  readonly corks: Corks
  readonly limits: Limits
  readonly heartbeat: { interval: number; timeout: number }
  readonly stats: Stats
  readonly events: Emitter<HubEvents>
  /** Counts and tells an error of the store or of a listener. Never throws. */
  report(error: unknown): void
}

/** @throws OptionError */
export const createSetting = (options: NodeOptions, name: string): Setting => {
  const heartbeat = { interval: 25_000, timeout: 10_000, ...options.heartbeat }
  for (const key of ['interval', 'timeout'] as const) {
    check(`heartbeat.${key}`, heartbeat[key], heartbeat[key] > 0 && heartbeat[key] < Infinity, 'ms above 0')
  }
  for (const key of ['authenticate', 'authorize'] as const) {
    check(key, options[key], options[key] === undefined || typeof options[key] === 'function', 'a function')
  }
  check('codec', options.codec, [undefined, 'json', 'raw'].includes(options.codec), 'json or raw')
  const clock = options.clock ?? systemClock
  const stats = createStats()
  const report = (error: unknown): void => {
    stats.errors++
    if (events.count('error') === 0) console.error(error)
    else events.tell('error', asError(error))
  }
  const events = createEmitter<HubEvents>((error, event) => (event === 'error' ? console.error(error) : report(error)))
  return {
    options,
    name,
    store: options.store ?? memoryStore({ clock }),
    ownStore: !options.store,
    clock,
    timers: createTimers(clock),
    corks: createCorks(),
    limits: checkLimits(options.limits),
    heartbeat,
    stats,
    events,
    report,
  }
}
