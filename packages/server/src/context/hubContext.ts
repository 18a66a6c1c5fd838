/** The shared state of a node: its checked options, clock, store, counts and listeners. All layers above receive it. */

import type { IncomingMessage } from 'node:http'
import { type Clock, type Timers, createTimers, monotonicNow, systemClock } from '../clock.ts'
import { asError, check } from '../errors.ts'
import { memoryStore } from '../store/memory/memoryStore.ts'
import type { Store } from '../store/store.ts'
import { type Emitter, createEmitter } from './emitter.ts'
import { type Latencies, createHistogramSet } from './histogram.ts'
import type { HubEvents, User } from './hubEvents.ts'
import { type Limits, checkLimits } from './limits.ts'
import { measureStore } from './measuredStore.ts'
import { type Stats, createStats } from './stats.ts'
import { type WriteBatcher, createWriteBatcher } from './writeBatcher.ts'

/** The argument of `authenticate`. A plain client has only the request. */
export interface Credentials {
  request: IncomingMessage
  token: string | undefined
  /** The `hello` of a client that uses the protocol, with the session that it wants to resume. */
  hello: { sessionId: string | undefined } | undefined
}

export interface NodeOptions {
  /** Where streams, sessions and presence are stored. @default memoryStore() */
  store?: Store
  /**
   * Returns the user of a client. `null`, `undefined` or an error refuses the client with 4501, and a plain client with the status 401.
   * @default every client is anonymous, with a new id for each session
   */
  authenticate?: (credentials: Credentials) => User | null | undefined | Promise<User | null | undefined>
  /** Returns whether a user may join a stream. @default every user may join every stream */
  authorize?: (user: User, stream: string) => boolean | Promise<boolean>
  /** The hub pings each `interval` and terminates a connection that stays silent for `timeout` after that, in ms. @default 25_000, 10_000 */
  heartbeat?: { interval?: number; timeout?: number }
  /** See `Limits`. */
  limits?: Partial<Limits>
  /** Whether streams publish their members: all streams, none, or the selected ones. @default false */
  presence?: boolean | ((stream: string) => boolean)
  /** The format of plain clients. With `'json'`, the text `ping` is answered with `pong`, the heartbeat of our clients. @default 'json' */
  codec?: 'json' | 'raw'
  /** Time and randomness, for tests. @default the clock of Node */
  clock?: Clock
}

export interface HubContext {
  readonly options: NodeOptions
  /** The random name of this node, as an owner of sessions. */
  readonly name: string
  readonly store: Store
  /** Whether the node created the store and must close it. */
  readonly ownsStore: boolean
  readonly clock: Clock
  readonly timers: Timers
  readonly writeBatcher: WriteBatcher
  readonly limits: Limits
  readonly heartbeat: { interval: number; timeout: number }
  readonly stats: Stats
  readonly latencies: Latencies
  readonly events: Emitter<HubEvents>
  /** Counts an error and emits `error`, or writes to the console without a listener. Never throws. */
  report(error: unknown): void
}

/** @throws OptionError */
export const createHubContext = (options: NodeOptions, name: string): HubContext => {
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
    if (events.listenerCount('error') === 0) console.error(error)
    else events.emit('error', asError(error))
  }
  const latencies: Latencies = { listeners: createHistogramSet(), store: createHistogramSet() }
  const events = createEmitter<HubEvents>(
    (error, event) => (event === 'error' ? console.error(error) : report(error)),
    {
      now: () => monotonicNow(clock),
      onReturn: (event, ms) => latencies.listeners.observe(String(event), ms),
    },
  )
  return {
    options,
    name,
    store: measureStore(options.store ?? memoryStore({ clock }), clock, latencies.store),
    ownsStore: !options.store,
    clock,
    timers: createTimers(clock),
    writeBatcher: createWriteBatcher(),
    limits: checkLimits(options.limits),
    heartbeat,
    stats,
    latencies,
    events,
    report,
  }
}
