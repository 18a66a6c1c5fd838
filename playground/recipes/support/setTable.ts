// What the recipes' tests have in common: the recipe's server, a line to it that can go bad, real sockets, and a clock that moves
// when told, so that the recipe's own seconds are tested and nobody waits for them.
import type { RetryInfo } from '@holdfast/core'
import { type FakeClock, createFakeClock } from '@holdfast/core/testing'
import type { Hub } from '@holdfast/server'
import { expect, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Line, startLine } from './startLine.ts'

interface Server {
  url: string
  hub: Pick<Hub, 'on'>
  connections(): number
  close(): Promise<void>
}

/** What one client does, and the options that tell of it. */
export interface Watch {
  options: { clock: FakeClock; onLatency: (ms: number) => void; onRetry: (retry: RetryInfo) => void }
  /** Latencies of answered heartbeats, in ms. */
  beats: number[]
  /** The wait before each attempt, the one that has just begun included, in ms. */
  waits: number[]
}

/** All that a test of a recipe works with. */
export interface Table<S extends Server> {
  server: S
  line: Line
  clock: FakeClock
  /** What the server has received, oldest first. */
  heard: string[]
  /** What the clients have sent, oldest first: known at once, on time or not, arrived or not. */
  said: string[]
  /** For one more client; its options are to be given to the component. */
  watch(): Watch
}

/** Waits until it is so, or fails with what is the case instead. */
export const until = (assertion: () => void): Promise<void> => vi.waitFor(assertion, { timeout: 30_000, interval: 10 })

/** The types of the events that are listened to on the window, as a list that is kept up to date until the test ends. */
function watchListeners(): string[] {
  const present: string[] = []
  const { addEventListener, removeEventListener } = window
  window.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    present.push(args[0])
    addEventListener.apply(window, args)
  }
  window.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    const at = present.indexOf(args[0])
    if (at >= 0) present.splice(at, 1)
    removeEventListener.apply(window, args)
  }
  onTestFinished(() => void Object.assign(window, { addEventListener, removeEventListener }))
  return present
}

/**
 * Call it first in a test. When the test has ended and its components are unmounted, the server must have no connection, the
 * clock no timer and the window no listener left.
 */
export async function setTable<S extends Server>(start: (clock: FakeClock) => Promise<S>): Promise<Table<S>> {
  const clock = createFakeClock(Date.now())
  const listeners = watchListeners()
  const server = await start(clock)
  const line = await startLine(server.url)
  const heard: string[] = []
  server.hub.on('message', (message) => void heard.push(String(message)))
  const said: string[] = []
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      override send(data: string): void {
        said.push(data)
        super.send(data)
      }
    },
  )

  onTestFinished(async () => {
    vi.unstubAllGlobals()
    // The close frames of links that were given up while frozen.
    line.thaw()
    try {
      await until(() => expect(server.connections(), 'connections left').toBe(0))
    } finally {
      await Promise.all([line.close(), server.close()])
    }
    expect(clock.pending, 'timers left').toBe(0)
    expect(listeners, 'listeners left on the page').toEqual([])
  })

  const watch = (): Watch => {
    const beats: number[] = []
    const waits: number[] = []
    const onLatency = (ms: number): void => void beats.push(ms)
    const onRetry = ({ delay }: RetryInfo): void => void waits.push(delay)
    return { options: { clock, onLatency, onRetry }, beats, waits }
  }
  return { server, line, clock, heard, said, watch }
}
