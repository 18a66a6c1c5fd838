/**
 * The class over a fake server, clock and page. After each test every socket made here is closed. Then no timer, listener or platform
 * socket may be left, and nothing may have been printed that the test did not expect.
 */

import { afterEach, beforeEach, expect, vi } from 'vitest'
import {
  OneShotWebSocket,
  type Options,
  type ProtocolsProvider,
  ReconnectingWebSocket,
  type UrlProvider,
} from '../../src/reconnectingWebSocket/index.ts'
import { type Fakes, createFakes, optionsFor } from '../support/createFakes.ts'

export type AnySocket = ReconnectingWebSocket

/** An event as a test compares it: the type, `readyState` inside the listener, and what the event carries. */
export type Recorded = [type: string, readyState: number, detail?: unknown]

export interface TestSetup extends Fakes {
  create(options?: Options, url?: UrlProvider, protocols?: ProtocolsProvider): AnySocket
  /** The same with `OneShotWebSocket`. */
  createOneShot(options?: Options, url?: UrlProvider, protocols?: ProtocolsProvider): AnySocket
  /** A socket whose handshake is complete. */
  open(options?: Options, url?: UrlProvider): Promise<AnySocket>
  openOneShot(options?: Options): Promise<AnySocket>
  /** Lets promises settle, and fires the timers that are due. */
  settle(): Promise<void>
  /** Advances the clock to the next attempt and lets it dial. */
  retry(socket: AnySocket): Promise<void>
}

const setups: (Fakes & { sockets: AnySocket[] })[] = []
/** Everything that was printed. A test that expects output must empty it. */
export const printed: unknown[] = []

export const createTestSocket = (): TestSetup => {
  const fakes = createFakes()
  const { clock, server } = fakes
  const sockets: AnySocket[] = []
  setups.push({ ...fakes, sockets })
  const { environment, ...others } = optionsFor(fakes)
  const kept = (socket: AnySocket): AnySocket => {
    sockets.push(socket)
    return socket
  }
  const accept = async (socket: AnySocket): Promise<AnySocket> => {
    await clock.run(0)
    server.last.accept()
    return socket
  }
  const setup: TestSetup = {
    ...fakes,
    create: (options, url = 'ws://test/', protocols) =>
      kept(new ReconnectingWebSocket(url, protocols, { ...others, environment, ...options })),
    createOneShot: (options, url = 'ws://test/', protocols) => {
      const Bound = OneShotWebSocket.with({ ...others, ...options })
      return kept(new Bound(url, protocols))
    },
    open: (options, url) => accept(setup.create(options, url)),
    openOneShot: (options) => accept(setup.createOneShot(options)),
    settle: () => clock.run(0),
    retry: (socket) => {
      const { retryAt } = socket.client.get()
      if (retryAt === undefined) throw new Error('no attempt is scheduled')
      return clock.run(retryAt - clock.now())
    },
  }
  return setup
}

/** Records the events of a socket, in order. */
export const record = (socket: AnySocket): Recorded[] => {
  const events: Recorded[] = []
  for (const type of ['open', 'message', 'error', 'close', 'stop']) {
    socket.addEventListener(type, (event) => {
      const { data, code, reason, wasClean, message } = event as Event & Record<string, unknown>
      const detail = type === 'close' ? { code, reason, wasClean } : (data ?? message)
      events.push(detail === undefined ? [type, socket.readyState] : [type, socket.readyState, detail])
    })
  }
  return events
}

/** The types of recorded events. */
export const typesOf = (events: readonly Recorded[]): string[] => events.map(([type]) => type)

beforeEach(() => {
  for (const name of ['error', 'warn'] as const)
    vi.spyOn(console, name).mockImplementation((...args) => void printed.push(...args))
})

afterEach(async () => {
  for (const { sockets, clock, server, page } of setups.splice(0)) {
    for (const socket of sockets) socket.close()
    await clock.run(0)
    for (const connection of server.connections) connection.finish()
    await clock.run(10_000)
    expect(clock.pending, 'timers left').toBe(0)
    expect(page.listeners, 'listeners left on the page').toBe(0)
    expect(server.alive, 'sockets left').toBe(0)
  }
  expect(printed.splice(0), 'printed').toEqual([])
  vi.restoreAllMocks()
})
