/** The fake clock, server and page that a client under test runs on, and the options that connect it to them. */

import type { WebSocketOptions } from '../../src/index.ts'
import {
  type FakeClock,
  type FakeEnvironment,
  type FakeServer,
  createFakeClock,
  createFakeEnvironment,
  createFakeServer,
} from '../../src/testing/index.ts'

export interface Fakes {
  clock: FakeClock
  /** Accepts and closes only when the test asks for it. */
  server: FakeServer
  page: FakeEnvironment
}

/** The clock does not start at 0, so that a test fails where a reading of the clock is forgotten. */
const START = 1_700_000_000_000

export const createFakes = (): Fakes => ({
  clock: createFakeClock(START),
  server: createFakeServer({ auto: false }),
  page: createFakeEnvironment(),
})

/** The options that make a client run on the fakes. */
export const optionsFor = ({
  clock,
  server,
  page,
}: Fakes): Required<Pick<WebSocketOptions, 'clock' | 'WebSocket' | 'environment'>> => ({
  clock,
  WebSocket: server.WebSocket,
  environment: page,
})
