/**
 * Clients over a fake server, clock and page, so that a test controls time and the network. After each test every client made here is
 * disposed. Then no timer, listener or socket may be left, and nothing may have been printed.
 */

import { afterEach, beforeEach, expect, vi } from 'vitest'
import {
  type RawMessage,
  type RawOutgoing,
  type UrlSource,
  type WebSocketClient,
  type WebSocketOptions,
  createWebSocket,
} from '../../src/index.ts'
import { type Fakes, createFakes, optionsFor } from './createFakes.ts'

export interface TestSetup extends Fakes {
  /** Creates a client on this server, clock and page. */
  connect<In = RawMessage, Out = RawOutgoing>(
    options?: WebSocketOptions<In, Out>,
    ...url: [UrlSource?]
  ): WebSocketClient<In, Out>
  /** Creates a client as `connect` does, and completes its handshake. */
  open<In = RawMessage, Out = RawOutgoing>(
    options?: WebSocketOptions<In, Out>,
    ...url: [UrlSource?]
  ): WebSocketClient<In, Out>
  /** Advances the clock to the client's next attempt. */
  advanceToRetry(client: { get(): { retryAt: number | undefined; status: string } }): void
}

/** A setup with all that is checked after the test. */
interface CheckedSetup extends TestSetup {
  clients: WebSocketClient<never, never>[]
  /** The delays of all timers that a client has set. */
  delays: number[]
}

const setups: CheckedSetup[] = []
/** Everything written to `console.error` and `console.warn`. A test that expects output there must empty the list. */
export const consoleErrors: unknown[] = []

export interface TestSetupOptions {
  /** Use the real page of the browser or of jsdom in place of the fake one. @default false */
  browser?: boolean
}

export const createTestClient = ({ browser = false }: TestSetupOptions = {}): TestSetup => {
  const fakes = createFakes()
  const { clock, server } = fakes
  const clients: CheckedSetup['clients'] = []
  const delays: number[] = []
  const recordingClock = {
    ...clock,
    setTimeout: (callback: () => void, delay: number) => {
      delays.push(delay)
      return clock.setTimeout(callback, delay)
    },
  }
  const { environment, ...others } = optionsFor({ ...fakes, clock: recordingClock })
  const connect: TestSetup['connect'] = (options, ...given) => {
    const [url] = given.length ? given : ['ws://test/']
    // Keeps the object that the test passed: options are read late, and the test may change them.
    const completed = Object.assign(options ?? {}, { ...others, ...(!browser && { environment }), ...options })
    const client = createWebSocket(url, completed)
    clients.push(client as never)
    return client
  }
  const setup: CheckedSetup = {
    ...fakes,
    connect,
    open: (...given) => {
      const client = connect(...given)
      server.last.accept()
      return client
    },
    advanceToRetry: (client) => {
      const { retryAt, status } = client.get()
      if (retryAt === undefined) throw new Error(`no attempt is scheduled while the client is ${status}`)
      clock.advance(retryAt - clock.now())
    },
    clients,
    delays,
  }
  setups.push(setup)
  return setup
}

beforeEach(() => {
  for (const name of ['error', 'warn'] as const) {
    vi.spyOn(console, name).mockImplementation((...args) => void consoleErrors.push(...args))
  }
})

afterEach(async () => {
  for (const { clients, clock, server, page, delays } of setups.splice(0)) {
    for (const client of clients) client.dispose()
    await clock.run(0)
    expect(clock.pending, 'timers left').toBe(0)
    expect(page.listeners, 'listeners left on the page').toBe(0)
    expect(server.alive, 'sockets left').toBe(0)
    for (const { socket } of server.connections) {
      expect([socket.onopen, socket.onmessage, socket.onclose], 'handlers left on a socket').toEqual([null, null, null])
    }
    for (const client of clients) {
      expect(client.socket).toBeUndefined()
      expect(client.get().status).toBe('closed')
    }
    const impossibleDelays = [...new Set(delays.filter((ms) => !(ms >= 0 && ms < 2 ** 31)))]
    expect(impossibleDelays, 'delays that no platform timer supports').toEqual([])
  }
  expect(consoleErrors.splice(0), 'printed').toEqual([])
  vi.restoreAllMocks()
})
