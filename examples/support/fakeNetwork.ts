/** Replaces the global WebSocket and the global timers for each test of a file, and checks that nothing is left after it. */

import { type FakeServer, createFakeServer } from '@holdfast/core/testing'
import { act, cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, vi } from 'vitest'

export interface FakeNetwork {
  /** The server of the current test. */
  readonly server: FakeServer
  /** Advances the time and lets both frameworks render. */
  pass(ms?: number): Promise<void>
}

/** Call it once in a file. */
export const fakeNetwork = (): FakeNetwork => {
  let server: FakeServer
  const pass = async (ms = 0): Promise<void> => {
    await act(() => vi.advanceTimersByTimeAsync(ms))
  }
  beforeEach(() => {
    server = createFakeServer()
    vi.stubGlobal('WebSocket', server.WebSocket)
    vi.useFakeTimers()
  })
  afterEach(async () => {
    cleanup()
    await pass(1000) // longer than the linger of shared clients
    expect([server.alive, vi.getTimerCount()]).toEqual([0, 0])
    vi.useRealTimers()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
  })
  return {
    get server() {
      return server
    },
    pass,
  }
}
