/** A real client over a fake server, clock and page, with a provider and a constructor that fail on command. */

import { type CloseInfo, type Dial, type WebSocketClient, createWebSocket } from '../../../src/index.ts'
import {
  type FakeClock,
  type FakeConnection,
  type FakeServer,
  type FakeEnvironment,
  createFakeClock,
  createFakeServer,
  createFakeEnvironment,
} from '../../../src/testing/index.ts'

export interface Setup {
  lazy: boolean
  beats: boolean
  queue: 'off' | 'drop-new' | 'drop-old'
  maxAttempts: number
  pace: 'sync' | 'frame'
  /** Somebody is told of changes. */
  subscribed: boolean
  /** Who decides whether to try again: the policy, or a function that says the same later, or never says anything. */
  judge: 'policy' | 'later' | 'never'
}

/** What a dial meets before there is a socket. */
export type Answer = 'address' | 'address later' | 'nothing' | 'throws' | 'rejects' | 'never' | 'constructor throws'

/** None of them a multiple of 20 ms, in which the commands move time: nothing falls due just when a command comes. */
export const TIMES = { linger: 507, interval: 1007, timeout: 503, connectTimeout: 3001, closeTimeout: 499 }
/** But these are, because both happen at the ticks of the queue. */
export const QUEUE = { limit: 3, ttl: 4000 }
export const STABLE = 10_000

export interface Stage {
  client: WebSocketClient<string, string>
  clock: FakeClock
  server: FakeServer
  page: FakeEnvironment
  /** Connections that are connecting or open at the client's end. */
  alive(): FakeConnection[]
  /** What has arrived anywhere, oldest first, heartbeats left out. */
  arrived(): unknown[]
  answer: Answer
  /** Dials begun. */
  dials: number
  /** A provider that was asked has not answered yet. */
  asking(): boolean
  releases: (() => void)[]
  sent: number
}

/** What the client asks for, heard when it does. */
export interface Hooks {
  /** Before each dial is made. */
  dialled(attempt: number): void
  judged(attempt: number): void
  pinged(): void
}

export const createStage = (setup: Setup, { dialled, judged, pinged }: Hooks): Stage => {
  const clock = createFakeClock(1_700_000_000_000)
  const server = createFakeServer({ auto: false })
  const page = createFakeEnvironment()
  let asked: AbortSignal | undefined
  const source = ({ attempt, signal }: Dial): string | undefined | Promise<string> => {
    const { answer } = stage
    stage.dials++
    dialled(attempt)
    if (answer === 'throws') throw new Error('the provider throws')
    if (answer === 'nothing') return undefined
    if (answer === 'rejects') return Promise.reject(new Error('the provider rejects'))
    if (answer === 'address later') return Promise.resolve('ws://test/')
    if (answer !== 'never') return 'ws://test/'
    asked = signal
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  const ping = (): string => {
    pinged()
    return 'ping'
  }
  const shouldReconnect = ({ final }: CloseInfo, attempt: number): Promise<boolean> => {
    judged(attempt)
    return setup.judge === 'later' ? Promise.resolve(!final) : new Promise(() => {})
  }
  class WebSocket extends (server.WebSocket as typeof globalThis.WebSocket) {
    constructor(url: string, protocols?: string | string[]) {
      if (stage.answer === 'constructor throws') throw new Error('the constructor throws')
      super(url, protocols)
    }
  }
  const stage: Stage = {
    clock,
    server,
    page,
    alive: () => server.connections.filter(({ socket }) => socket.readyState < 2),
    arrived: () => server.connections.flatMap(({ received }) => received).filter((data) => data !== 'ping'),
    answer: 'address',
    dials: 0,
    releases: [],
    sent: 0,
    asking: () => !!asked && !asked.aborted,
    client: createWebSocket<string, string>(source, {
      clock,
      WebSocket,
      environment: page,
      lazy: setup.lazy,
      immediate: setup.lazy,
      pace: setup.pace,
      history: 2,
      queue: setup.queue !== 'off' && { ...QUEUE, overflow: setup.queue },
      heartbeat: setup.beats && { interval: TIMES.interval, timeout: TIMES.timeout, message: ping, isReply: 'pong' },
      connectTimeout: TIMES.connectTimeout,
      closeTimeout: TIMES.closeTimeout,
      linger: TIMES.linger,
      reconnect: {
        maxAttempts: setup.maxAttempts,
        stableAfter: STABLE,
        ...(setup.judge !== 'policy' && { shouldReconnect }),
      },
    }),
  }
  return stage
}
