/** A client over fakes for the model-based tests. Its URL provider and its WebSocket constructor fail on command. */

import { type CloseInfo, type Dial, type WebSocketClient, createWebSocket } from '../../../src/index.ts'
import type { FakeConnection } from '../../../src/testing/index.ts'
import { type Fakes, createFakes, optionsFor } from '../createFakes.ts'

/** The options of one run, drawn at random. */
export interface RunOptions {
  lazy: boolean
  heartbeat: boolean
  queue: 'off' | 'drop-new' | 'drop-old'
  maxAttempts: number
  pace: 'sync' | 'frame'
  /** The client has a subscriber. */
  subscribed: boolean
  /** What decides about another attempt: the close-code policy, or a `shouldReconnect` that agrees with it later or never answers. */
  decision: 'policy' | 'later' | 'never'
  /** What `onConnect` does. */
  onConnect: 'none' | 'finishes' | 'rejects' | 'never finishes'
}

/** What a dial meets before there is a socket. */
export type DialOutcome =
  | 'address'
  | 'address later'
  | 'nothing'
  | 'throws'
  | 'rejects'
  | 'never'
  | 'constructor throws'

/** None is a multiple of 20 ms, the step in which commands move time, so that no timer fires exactly when a command runs. */
export const TIMES = { linger: 507, interval: 1007, timeout: 503, connectTimeout: 3001, closeTimeout: 499 }
export const HIGH_WATER_MARK = 2 ** 20
/** These may be multiples of 20 ms, because the queue itself works in ticks of 20 ms. */
export const QUEUE = { limit: 3, ttl: 4000 }
export const STABLE = 10_000

export interface ModelTestClient extends Fakes {
  client: WebSocketClient<string, string>
  /** The connections that are connecting or open at the client's end. */
  alive(): FakeConnection[]
  /** The newest socket is CLOSED, and no `close` event follows. */
  endedSilently(): boolean
  /** All messages that arrived on any connection, oldest first, without heartbeats. */
  arrived(): unknown[]
  /** Sockets that ended without an event. */
  silent: Set<FakeConnection>
  dialOutcome: DialOutcome
  /** The number of dials so far. */
  dials: number
  /** A provider was called and has not answered yet. */
  isProviderPending(): boolean
  releases: (() => void)[]
  /** The number of messages so far; each message carries its number. */
  sent: number
}

/** Called when the client calls one of the functions in its options. */
export interface Hooks {
  /** Called before each dial. */
  dialled(attempt: number): void
  decisionRequested(attempt: number): void
  pinged(): void
}

export const createModelTestClient = (options: RunOptions, hooks: Hooks): ModelTestClient => {
  const fakes = createFakes()
  const { server } = fakes
  let pendingSignal: AbortSignal | undefined
  const source = ({ attempt, signal }: Dial): string | undefined | Promise<string> => {
    const { dialOutcome } = testClient
    testClient.dials++
    hooks.dialled(attempt)
    if (dialOutcome === 'throws') throw new Error('the provider throws')
    if (dialOutcome === 'nothing') return undefined
    if (dialOutcome === 'rejects') return Promise.reject(new Error('the provider rejects'))
    if (dialOutcome === 'address later') return Promise.resolve('ws://test/')
    if (dialOutcome !== 'never') return 'ws://test/'
    pendingSignal = signal
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  const ping = (): string => {
    hooks.pinged()
    return 'ping'
  }
  const shouldReconnect = ({ final }: CloseInfo, attempt: number): Promise<boolean> => {
    hooks.decisionRequested(attempt)
    return options.decision === 'later' ? Promise.resolve(!final) : new Promise(() => {})
  }
  class WebSocket extends (server.WebSocket as typeof globalThis.WebSocket) {
    constructor(url: string, protocols?: string | string[]) {
      if (testClient.dialOutcome === 'constructor throws') throw new Error('the constructor throws')
      super(url, protocols)
    }
  }
  const onConnect = (): void | Promise<void> => {
    if (options.onConnect === 'rejects') return Promise.reject(new Error('onConnect rejects'))
    if (options.onConnect === 'never finishes') return new Promise(() => {})
  }
  const testClient: ModelTestClient = {
    ...fakes,
    silent: new Set(),
    alive: () => server.connections.filter(({ socket }) => socket.readyState < 2),
    endedSilently: () => server.connections.at(-1)?.socket.readyState === 3 && testClient.silent.has(server.last),
    arrived: () => server.connections.flatMap(({ received }) => received).filter((data) => data !== 'ping'),
    dialOutcome: 'address',
    dials: 0,
    releases: [],
    sent: 0,
    isProviderPending: () => !!pendingSignal && !pendingSignal.aborted,
    client: createWebSocket<string, string>(source, {
      ...optionsFor(fakes),
      WebSocket,
      lazy: options.lazy,
      immediate: options.lazy,
      pace: options.pace,
      history: 2,
      highWaterMark: HIGH_WATER_MARK,
      ...(options.onConnect !== 'none' && { onConnect }),
      queue: options.queue !== 'off' && { ...QUEUE, overflow: options.queue },
      heartbeat: options.heartbeat && {
        interval: TIMES.interval,
        timeout: TIMES.timeout,
        message: ping,
        isReply: 'pong',
      },
      connectTimeout: TIMES.connectTimeout,
      closeTimeout: TIMES.closeTimeout,
      linger: TIMES.linger,
      reconnect: {
        maxAttempts: options.maxAttempts,
        stableAfter: STABLE,
        ...(options.decision !== 'policy' && { shouldReconnect }),
      },
    }),
  }
  return testClient
}
