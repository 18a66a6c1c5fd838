/**
 * Where the adapters are tested: a component of whatever framework over a fake server, clock and page. After each test everything is
 * unmounted, and nothing may be left: no timer, no frame, no listener, no socket, no complaint on the console.
 */

import { afterEach, beforeEach, expect, vi } from 'vitest'
import {
  type ClientEvents,
  type MessageEntry,
  type MessageListOptions,
  type SessionCallbacks,
  type SessionClient,
  type Snapshot,
  type StreamState,
  type UrlSource,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
} from '../../src/index.ts'
import {
  type FakeClock,
  type FakeServer,
  type FakeEnvironment,
  createFakeClock,
  createFakeServer,
  createFakeEnvironment,
} from '../../src/testing/index.ts'
import { type PlatformWatch, watchPlatform } from '../support/platformWatch.ts'

export type Client = WebSocketClient<unknown, unknown>
export type Source = UrlSource | Client
export type Options = WebSocketOptions<unknown, unknown> &
  SessionCallbacks<unknown, unknown> &
  MessageListOptions<unknown, unknown> & { key?: unknown }
export type Field = keyof Snapshot

/** A component that uses a source. */
export interface Part {
  source: Source
  options?: Options
  /** The fields that it shows; all of them unless said. */
  reads?: readonly Field[]
  /** It uses `useMessage` with this, and shows nothing. */
  handler?: (message: unknown) => void
  /** It uses `useMessages`, and shows a row for each entry, memoised by that. */
  list?: true
  /** It uses `useStream` with this, and shows a row for each entry. */
  stream?: string | null
  /** What it shows of the stream; all of it unless said. */
  streamReads?: readonly (keyof StreamState<unknown>)[]
}

/** What a component got from its last render. */
export type Shown = Snapshot<unknown> & Pick<Client, 'send' | 'open' | 'close' | 'reconnect'> & { client: Client }

/** What a component got from `useMessages` at its last render. */
export interface ShownList {
  messages: readonly MessageEntry<unknown>[]
  clear: () => void
  /** How often rows have rendered. */
  rows: number
}

/** What a component got from `useStream` at its last render; only what it reads. */
export interface ShownStream extends StreamState<unknown> {
  clear: () => void
  client: SessionClient<unknown, unknown>
}

/** A component, or several equal ones, on the page. */
export interface Mounted {
  /** That of the first; only the fields that it reads. */
  readonly now: Shown
  /** Of the first, where it shows a list. */
  readonly list: ShownList
  /** Of the first, where it follows a stream. */
  readonly stream: ShownStream
  /** How often all of them have rendered. */
  readonly renders: number
  /** Renders with another source, options or handler. */
  change(part: Partial<Part>): Promise<void>
  unmount(): Promise<void>
}

/** What the contract needs of a framework. */
export interface Harness {
  name: string
  mount(part: Part, copies?: number): Promise<Mounted>
  /** Does something that may make components render, and lets them. */
  act(deed: () => unknown): Promise<void>
}

export interface Stage {
  clock: FakeClock
  server: FakeServer
  page: FakeEnvironment
  /** With this server, clock and page. */
  options(more?: Options): Options
  mount(part: Part, copies?: number): Promise<Mounted>
  /** Does something, and lets all that follows from it at once happen. */
  act(deed?: () => unknown): Promise<void>
  /** Time passes. */
  pass(ms: number): Promise<void>
  /** One frame is drawn. */
  frame(): Promise<void>
  /** A client that components can share. */
  share(options?: Options, source?: UrlSource): Client
  /** Done when the test ends, before all is looked over. */
  onEnd(deed: () => unknown): void
  /** From the server's end of the newest connection. */
  say(...messages: string[]): Promise<void>
}

let platform: PlatformWatch
const stages: { ends: (() => unknown)[]; shared: Client[]; stage: Stage }[] = []
/** What reached the console. A test that expects a complaint empties it. */
export const complaints: string[] = []

/** Called once in a file of tests that mount. */
export const keepStagesClean = (): void => {
  beforeEach(() => {
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...said) => void complaints.push(said.map(String).join(' ')))
    }
    platform = watchPlatform()
  })
  afterEach(async () => {
    for (const { ends, shared, stage } of stages.splice(0)) {
      for (const end of ends) await end()
      // What is shared outlives its components by its linger, and by two frames: one under way and one more for what waits.
      for (const _ of shared) await stage.act(() => [1, 2].forEach(platform.frame))
      await stage.pass(2000)
      expect(stage.server.alive, 'sockets left').toBe(0)
      expect(stage.clock.pending, 'timers left').toBe(0)
      expect(stage.page.listeners, 'listeners left on the page').toBe(0)
      for (const { socket } of stage.server.connections) {
        expect([socket.onopen, socket.onmessage, socket.onclose], 'handlers left on a socket').toEqual([
          null,
          null,
          null,
        ])
      }
    }
    expect(platform.left(), 'left with the platform').toEqual([])
    expect(complaints.splice(0), 'said on the console').toEqual([])
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })
}

/** Far from 0, where a forgotten reading of the clock would not show. */
const START = 1_700_000_000_000

export const setStage = (harness: Harness): Stage => {
  const ends: (() => unknown)[] = []
  const shared: Client[] = []
  const clock = createFakeClock(START)
  const server = createFakeServer()
  const page = createFakeEnvironment()
  const act: Stage['act'] = (deed) =>
    harness.act(async () => {
      await deed?.()
      await clock.run(0)
    })
  const stage: Stage = {
    clock,
    server,
    page,
    act,
    options: (more) => ({ clock, WebSocket: server.WebSocket, environment: page, ...more }),
    mount: async (part, copies) => {
      const made = await harness.mount(part, copies)
      ends.push(made.unmount)
      return made
    },
    pass: (ms) => harness.act(() => clock.run(ms)),
    frame: () => act(platform.frame),
    share: (options, source = 'ws://shared/') => {
      const client = createWebSocket(source, { ...stage.options(options), lazy: true })
      shared.push(client)
      return client
    },
    onEnd: (deed) => void ends.push(deed),
    say: (...messages) => act(() => messages.forEach((message) => server.last.send(message))),
  }
  stages.push({ ends, shared, stage })
  return stage
}

/** Callbacks for options that write down what they are told. */
export const diary = (): { lines: string[]; callbacks: Options } => {
  const lines: string[] = []
  const types: (keyof ClientEvents)[] = [
    'open',
    'message',
    'close',
    'error',
    'status',
    'retry',
    'stop',
    'drop',
    'latency',
  ]
  const entries = types.map((type) => [
    `on${type[0]!.toUpperCase()}${type.slice(1)}`,
    (value: unknown) => void lines.push(typeof value === 'string' ? `${type} ${value}` : type),
  ])
  return { lines, callbacks: Object.fromEntries(entries) as Options }
}
