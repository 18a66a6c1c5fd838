// The setup of the recipes' tests: the recipe's server, a TCP proxy in front of it, real sockets, and a fake clock, so that the tests
// check the recipe's intervals without waiting for them.
import type { RetryInfo } from '@holdfast/core'
import { type FakeClock, createFakeClock } from '@holdfast/core/testing'
import type { Hub } from '@holdfast/server'
import { expect, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type TcpProxy, startTcpProxy } from './startTcpProxy.ts'

interface Server {
  url: string
  hub: Pick<Hub, 'on'>
  connections(): number
  close(): Promise<void>
}

/** Records the heartbeats and reconnect attempts of one client. */
export interface Observer {
  /** The options to pass to the component. */
  options: { clock: FakeClock; onLatency: (ms: number) => void; onRetry: (retry: RetryInfo) => void }
  /** Latencies of answered heartbeats, in ms. */
  latencies: number[]
  /** The delay before each attempt, including the current one, in ms. */
  delays: number[]
}

/** The parts of a recipe's test. */
export interface RecipeTest<S extends Server> {
  server: S
  proxy: TcpProxy
  clock: FakeClock
  /** The messages that the server has received, oldest first. */
  serverReceived: string[]
  /** The messages that the clients have sent, oldest first, whether they arrived or not. */
  clientsSent: string[]
  /** Creates the options and the record of one more client. */
  createObserver(): Observer
}

/** Waits until the assertion passes, or fails with its last error. */
export const until = (assertion: () => void): Promise<void> => vi.waitFor(assertion, { timeout: 30_000, interval: 10 })

/** The event types of all current listeners of the window, updated until the test ends. */
function watchListeners(): string[] {
  const types: string[] = []
  const { addEventListener, removeEventListener } = window
  window.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    types.push(args[0])
    addEventListener.apply(window, args)
  }
  window.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    const at = types.indexOf(args[0])
    if (at >= 0) types.splice(at, 1)
    removeEventListener.apply(window, args)
  }
  onTestFinished(() => void Object.assign(window, { addEventListener, removeEventListener }))
  return types
}

/**
 * Starts a recipe's server. When the test has ended and its components are unmounted, the server must have no connection, the clock no
 * timer and the window no listener left.
 */
export async function startRecipe<S extends Server>(start: (clock: FakeClock) => Promise<S>): Promise<RecipeTest<S>> {
  const clock = createFakeClock(Date.now())
  const listeners = watchListeners()
  const server = await start(clock)
  const proxy = await startTcpProxy(server.url)
  const serverReceived: string[] = []
  server.hub.on('message', (message) => void serverReceived.push(String(message)))
  const clientsSent: string[] = []
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      override send(data: string): void {
        clientsSent.push(data)
        super.send(data)
      }
    },
  )

  onTestFinished(async () => {
    vi.unstubAllGlobals()
    // Forwards the close frames of connections that were abandoned while frozen.
    proxy.unfreeze()
    try {
      await until(() => expect(server.connections(), 'connections left').toBe(0))
    } finally {
      await Promise.all([proxy.close(), server.close()])
    }
    expect(clock.pending, 'timers left').toBe(0)
    expect(listeners, 'listeners left on the page').toEqual([])
  })

  const createObserver = (): Observer => {
    const latencies: number[] = []
    const delays: number[] = []
    const onLatency = (ms: number): void => void latencies.push(ms)
    const onRetry = ({ delay }: RetryInfo): void => void delays.push(delay)
    return { options: { clock, onLatency, onRetry }, latencies, delays }
  }
  return { server, proxy, clock, serverReceived, clientsSent, createObserver }
}
