/** Mounts components of any framework over a fake server, clock and page environment, and checks that they leave nothing behind. */

import { afterEach, beforeEach, expect, onTestFinished, vi } from 'vitest'
import { type ClientEvents, type UrlSource, createWebSocket } from '../../src/index.ts'
import {
  type FakeClock,
  type FakeServer,
  type FakeEnvironment,
  createFakeClock,
  createFakeServer,
  createFakeEnvironment,
} from '../../src/testing/index.ts'
import { type PlatformWatch, watchPlatform } from '../support/platformWatch.ts'
import type { Client, ComponentSpec, Harness, MountedComponent, Options } from './harness.ts'

export interface Stage {
  clock: FakeClock
  server: FakeServer
  environment: FakeEnvironment
  /** Options that use the fake server, clock and environment. */
  options(more?: Options): Options
  /** Mounts a component and unmounts it when the test ends. */
  mount(spec: ComponentSpec, copies?: number): Promise<MountedComponent>
  /** Runs an action, then the microtasks and due timers that follow from it. */
  act(action?: () => unknown): Promise<void>
  /** Moves the clock on by this many milliseconds. */
  advance(ms: number): Promise<void>
  /** Draws one animation frame. */
  drawFrame(): Promise<void>
  /** Creates a lazy client that components can share. */
  createSharedClient(options?: Options, source?: UrlSource): Client
  /** Runs when the test ends, before the leak checks. */
  onCleanup(action: () => unknown): void
  /** Sends messages from the server on the newest connection. */
  sendFromServer(...messages: string[]): Promise<void>
}

let platform: PlatformWatch
const stages: { cleanups: (() => unknown)[]; sharedClients: Client[]; stage: Stage }[] = []
/** Errors and warnings written to the console. A test that expects one removes it from this list. */
export const consoleErrors: string[] = []

/**
 * Registers hooks that unmount everything after each test and fail if a timer, frame, listener, socket or console error is left.
 * Call it once in each `describe` that mounts components.
 */
export const checkForLeaks = (): void => {
  beforeEach(() => {
    for (const level of ['error', 'warn'] as const) {
      vi.spyOn(console, level).mockImplementation((...args) => void consoleErrors.push(args.map(String).join(' ')))
    }
    platform = watchPlatform()
  })
  afterEach(async () => {
    for (const { cleanups, sharedClients, stage } of stages.splice(0)) {
      for (const cleanup of cleanups) await cleanup()
      // A shared client outlives its components by its linger and two frames: the one in progress and the next one.
      for (const _ of sharedClients) await stage.act(() => [1, 2].forEach(platform.frame))
      await stage.advance(2000)
      expect(stage.server.alive, 'sockets left').toBe(0)
      expect(stage.clock.pending, 'timers left').toBe(0)
      expect(stage.environment.listeners, 'environment listeners left').toBe(0)
      for (const { socket } of stage.server.connections) {
        expect([socket.onopen, socket.onmessage, socket.onclose], 'handlers left on a socket').toEqual([
          null,
          null,
          null,
        ])
      }
    }
    expect(platform.left(), 'resources of the platform left').toEqual([])
    expect(consoleErrors.splice(0), 'unexpected console output').toEqual([])
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
  })
}

/** Far from 0, so that code that ignores the clock fails. */
const START = 1_700_000_000_000

export const mountStage = (harness: Harness): Stage => {
  const cleanups: (() => unknown)[] = []
  const sharedClients: Client[] = []
  const clock = createFakeClock(START)
  const server = createFakeServer()
  const environment = createFakeEnvironment()
  const act: Stage['act'] = (action) =>
    harness.act(async () => {
      await action?.()
      await clock.run(0)
    })
  const stage: Stage = {
    clock,
    server,
    environment,
    act,
    options: (more) => ({ clock, WebSocket: server.WebSocket, environment, ...more }),
    mount: async (spec, copies) => {
      const component = await harness.mount(spec, copies)
      cleanups.push(component.unmount)
      return component
    },
    advance: (ms) => harness.act(() => clock.run(ms)),
    drawFrame: () => act(platform.frame),
    createSharedClient: (options, source = 'ws://shared/') => {
      const client = createWebSocket(source, { ...stage.options(options), lazy: true })
      sharedClients.push(client)
      return client
    },
    onCleanup: (action) => void cleanups.push(action),
    sendFromServer: (...messages) => act(() => messages.forEach((message) => server.last.send(message))),
  }
  stages.push({ cleanups, sharedClients, stage })
  return stage
}

/** Callback options that append one line per call: the event, and its value if that is a string. */
export const recordCallbacks = (): { lines: string[]; callbacks: Options } => {
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

/** Some frameworks also dispatch a thrown error as a window event, which jsdom prints. Call it in a test that expects a throw. */
export const ignoreWindowErrors = (): void => {
  const ignore = (event: Event): void => event.preventDefault()
  window.addEventListener('error', ignore)
  onTestFinished(() => window.removeEventListener('error', ignore))
}
