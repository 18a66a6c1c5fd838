/** The shared state of a node: its checked options, clock, store, counts and listeners. All layers above receive it. */

import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type Clock, type Timers, checkClock, createTimers, monotonicNow, systemClock } from '../clock.ts'
import { asError, check, checkNames } from '../errors.ts'
import { memoryStore } from '../store/memory/memoryStore.ts'
import { AnswerBudget } from '../store/keptAnswers.ts'
import { type Store, checkStore } from '../store/store.ts'
import { addressOf as readAddress } from './address.ts'
import { type Emitter, createEmitter } from './emitter.ts'
import { Heartbeats } from './heartbeats.ts'
import { type Latencies, createHistogramSet } from '../metrics/histogram.ts'
import { reportListener } from './listenerErrors.ts'
import type { AuthenticatedUser, Credentials, HubEvents, User } from './hubEvents.ts'
import { type Limits, checkLimits } from './limits.ts'
import { measureStore } from '../metrics/measuredStore.ts'
import { type RefusalReason, type Stats, createStats } from '../metrics/stats.ts'
import { type WriteBatcher, createWriteBatcher } from './writeBatcher.ts'

type MaybePromise<Value> = Value | Promise<Value>

export interface NodeOptions {
  /** Where streams, sessions and presence are stored. @default memoryStore() */
  store?: Store
  /**
   * Returns the user of a client. `null`, `undefined` or a `HubError` refuses the client with 4501, and a plain client with the status
   * 401. Any other error is a failure of the server: 1011 or the status 503, and the client tries again.
   * @default every client is anonymous, with a new id for each session
   */
  authenticate?: (credentials: Credentials) => MaybePromise<AuthenticatedUser | null | undefined>
  /**
   * Returns whether a user may join a stream. Only `true` allows it. A `HubError` denies it, any other error closes the connection with
   * 1011. @default every user may join every stream
   */
  authorize?: (user: User, stream: string) => MaybePromise<boolean>
  /**
   * Reads the address of a client from a header of your proxy. Used by `limits.perAddress` and the event `refuse`.
   * @default the address of the connection
   */
  address?: (request: IncomingMessage) => string
  /** The hub pings each `interval` and terminates a connection that stays silent for `timeout` after that, in ms. @default 25_000, 10_000 */
  heartbeat?: { interval?: number; timeout?: number }
  /** See `Limits`. */
  limits?: Partial<Limits>
  /** Whether streams publish their members: all streams, none, or the selected ones. @default false */
  presence?: boolean | ((stream: string) => boolean)
  /** The format of plain clients. With `'json'`, the text `ping` is answered with `pong`, the heartbeat of our clients. @default 'json' */
  codec?: 'json' | 'raw'
  /**
   * Keeps `connection.request` while the connection is open: about 1 kB of memory and its headers. Otherwise it throws as soon as the
   * listeners of `connection` and `resume` have returned, and their promises have settled. With `authenticate`, the requests of
   * sessions are always kept, because `authenticate` is called with the request again for each fresh token. @default false
   */
  keepRequest?: boolean
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
  /** The heartbeats of all connections. */
  readonly heartbeats: Heartbeats
  /** The bytes of answers that the links of this node keep. */
  readonly answers: AnswerBudget
  readonly stats: Stats
  readonly latencies: Latencies
  readonly events: Emitter<HubEvents>
  /** Returns the address of a client. */
  addressOf(request: IncomingMessage): string
  /** Counts a refused client and emits `refuse`. @param answer the status before the upgrade, or the close code */
  refuse(reason: RefusalReason, answer: { status: number } | { code: number }, request: IncomingMessage): void
  /**
   * Counts an error and emits `error`, or writes to the console without a listener. Never throws. While the store is unavailable, it
   * ignores the errors of calls to the store, because `reportOutage` has reported the outage.
   */
  report(error: unknown): void
  /** Reports that the store is unavailable. Called once for each outage. */
  reportOutage(error: Error): void
}

/** The names of the options of a node. */
export const NODE_OPTIONS: readonly string[] = Object.keys({
  store: true,
  authenticate: true,
  authorize: true,
  address: true,
  heartbeat: true,
  limits: true,
  presence: true,
  codec: true,
  keepRequest: true,
  clock: true,
} satisfies Record<keyof NodeOptions, true>)

const HEARTBEAT = { interval: 25_000, timeout: 10_000 }

/** An option that is given as undefined, such as a function that was not imported, must not open the hub. @throws OptionError */
export const checkGiven = (
  options: object,
  name: string,
  expected: string,
  isValid: (value: unknown) => boolean,
): void => {
  if (!Object.hasOwn(options, name)) return
  const value = (options as Record<string, unknown>)[name]
  check(name, value, isValid(value), `${expected}, or no option of this name`)
}

/** @throws OptionError */
const checkOptions = (options: NodeOptions): void => {
  if (options.store !== undefined) checkStore(options.store)
  if (options.clock !== undefined) checkClock(options.clock)
  checkNames('heartbeat.', options.heartbeat, Object.keys(HEARTBEAT))
  for (const [key, value] of Object.entries({ ...HEARTBEAT, ...options.heartbeat })) {
    check(`heartbeat.${key}`, value, Number.isFinite(value) && value > 0, 'ms above 0')
  }
  for (const name of ['authenticate', 'authorize', 'address']) {
    checkGiven(options, name, 'a function', (value) => typeof value === 'function')
  }
  const { presence = false, codec = 'json', keepRequest = false } = options
  check('presence', presence, ['boolean', 'function'].includes(typeof presence), 'true, false or a function')
  check('keepRequest', keepRequest, typeof keepRequest === 'boolean', 'true or false')
  check('codec', codec, ['json', 'raw'].includes(codec), 'json or raw')
}
/** The store of the application may have errors of its own, so the code identifies them. */
const isUnavailable = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === 'StoreUnavailableError'

/** @throws OptionError */
export const createHubContext = (options: NodeOptions): HubContext => {
  checkOptions(options)
  const clock = options.clock ?? systemClock
  const timers = createTimers(clock)
  const limits = checkLimits(options.limits)
  const heartbeat = { ...HEARTBEAT, ...options.heartbeat }
  const stats = createStats()
  const latencies: Latencies = { listeners: createHistogramSet(), store: createHistogramSet() }
  const store = measureStore(options.store ?? memoryStore({ clock }), clock, latencies.store)
  const report = (error: unknown): void => {
    if (store.up === false && isUnavailable(error)) return
    reportOutage(error)
  }
  const reportOutage = (error: unknown): void => {
    stats.errors++
    if (events.listenerCount('error') === 0) writeError(error)
    else events.emit('error', asError(error))
  }
  const onListenerError = (error: unknown, event: keyof HubEvents, source: unknown): void =>
    event === 'error' ? writeError(error) : reportListener(report, source, error)
  const events = createEmitter<HubEvents>(onListenerError, {
    now: () => monotonicNow(clock),
    onReturn: (event, ms) => latencies.listeners.observe(String(event), ms),
  })
  const addressOf = (request: IncomingMessage): string =>
    readAddress({ timers, limits, report }, options.address, request)
  return {
    options,
    name: randomBytes(9).toString('base64url'),
    store,
    ownsStore: !options.store,
    clock,
    timers,
    writeBatcher: createWriteBatcher(),
    limits,
    heartbeat,
    heartbeats: new Heartbeats(clock, timers, heartbeat),
    answers: new AnswerBudget(),
    stats,
    latencies,
    events,
    addressOf,
    refuse: (reason, answer, request) => {
      stats.refused++
      stats.refusals[reason]++
      if (events.listenerCount('refuse') > 0) events.emit('refuse', { reason, ...answer, address: addressOf(request) })
    },
    report,
    reportOutage,
  }
}

/** Never throws: the console reads the members of an error, which can throw. */
const writeError = (error: unknown): void => {
  try {
    console.error(error)
  } catch {
    console.error('an error that cannot be read was thrown')
  }
}
