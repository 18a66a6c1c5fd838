/** What the examples play on: a server without a network and a clock that moves when told, as options to spread into a client. */

import type { WebSocketOptions } from '@holdfast/core'
import { type FakeClock, type FakeServer, createFakeClock, createFakeServer } from '@holdfast/core/testing'

export interface Stage {
  server: FakeServer
  clock: FakeClock
  /** `createWebSocket('ws://test', { ...fakes, … })` */
  fakes: Pick<WebSocketOptions, 'WebSocket' | 'clock'>
}

/** A new one for each example. The server accepts dials and answers closes by itself until `server.auto = false`. */
export const stage = (): Stage => {
  const server = createFakeServer()
  const clock = createFakeClock()
  return { server, clock, fakes: { WebSocket: server.WebSocket, clock } }
}
