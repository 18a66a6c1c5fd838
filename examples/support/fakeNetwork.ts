/** The global WebSocket and the global timers replaced for each test of a file, and nothing left after it. */

import { type FakeServer, createFakeServer } from '@holdfast/core/testing'
import { act, cleanup } from '@testing-library/react'
import { afterEach, beforeEach, expect, vi } from 'vitest'

export interface FakeNetwork {
  /** That of the present test. */
  readonly server: FakeServer
  /** Lets time pass, and both frameworks render. */
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
    await pass(1000) // the linger of what is shared
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
