/**
 * A client over a fake server, clock and page, for tests in which time and the network do as told. After each test every client made
 * here is disposed, and nothing may be left: no timer, no listener, no socket, no complaint on the console.
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
import {
  type FakeClock,
  type FakeServer,
  type FakeEnvironment,
  createFakeClock,
  createFakeServer,
  createFakeEnvironment,
} from '../../src/testing/index.ts'

export interface Rig {
  clock: FakeClock
  server: FakeServer
  page: FakeEnvironment
  /** A client on this server, clock and page. */
  connect<In = RawMessage, Out = RawOutgoing>(
    options?: WebSocketOptions<In, Out>,
    ...url: [UrlSource?]
  ): WebSocketClient<In, Out>
  /** As `connect`, with the handshake done. */
  open<In = RawMessage, Out = RawOutgoing>(
    options?: WebSocketOptions<In, Out>,
    ...url: [UrlSource?]
  ): WebSocketClient<In, Out>
  /** Moves time on to the attempt that a client waits for. */
  redial(client: Pick<WebSocketClient, 'get'>): void
}

interface Leak extends Rig {
  clients: WebSocketClient<never, never>[]
  delays: number[]
}

const rigs: Leak[] = []
/** What reached `console.error`. A test that expects a complaint empties it. */
export const complaints: unknown[] = []

export interface RigOptions {
  /** Leave the page to the browser, or to jsdom, in place of the fake one. @default false */
  browser?: boolean
}

/** Far from 0, where a forgotten reading of the clock would not show. */
const START = 1_700_000_000_000

export const rig = ({ browser = false }: RigOptions = {}): Rig => {
  const clock = createFakeClock(START)
  const server = createFakeServer({ auto: false })
  const page = createFakeEnvironment()
  const clients: Leak['clients'] = []
  const delays: number[] = []
  const watched = {
    ...clock,
    setTimeout: (callback: () => void, delay: number) => {
      delays.push(delay)
      return clock.setTimeout(callback, delay)
    },
  }
  const connect: Rig['connect'] = (options, ...given) => {
    const [url] = given.length ? given : ['ws://test/']
    // The same object, because options are read late and a test may change them.
    const own = Object.assign(options ?? {}, {
      clock: watched,
      WebSocket: server.WebSocket,
      ...(!browser && { environment: page }),
      ...options,
    })
    const client = createWebSocket(url, own)
    clients.push(client as never)
    return client
  }
  const made: Leak = {
    clock,
    server,
    page,
    connect,
    open: (...given) => {
      const client = connect(...given)
      server.last.accept()
      return client
    },
    redial: (client) => {
      const { retryAt } = client.get()
      if (retryAt === undefined) throw new Error(`nothing is waited for while ${client.get().status}`)
      clock.advance(retryAt - clock.now())
    },
    clients,
    delays,
  }
  rigs.push(made)
  return made
}

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation((...said) => void complaints.push(...said))
})

afterEach(async () => {
  for (const { clients, clock, server, page, delays } of rigs.splice(0)) {
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
    expect([...new Set(delays.filter((ms) => !(ms >= 0 && ms < 2 ** 31)))], 'delays that no platform keeps').toEqual([])
  }
  expect(complaints.splice(0), 'said on the console').toEqual([])
  vi.restoreAllMocks()
})
