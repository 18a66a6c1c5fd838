/** A fake server and a fake clock for the examples, as options to spread into those of a client. */

import type { WebSocketOptions } from '@holdfast/core'
import { type FakeClock, type FakeServer, createFakeClock, createFakeServer } from '@holdfast/core/testing'

export interface Stage {
  server: FakeServer
  clock: FakeClock
  /** `createWebSocket('ws://test', { ...fakes, … })` */
  fakes: Pick<WebSocketOptions, 'WebSocket' | 'clock'>
}

/** Creates new fakes for each example. The server accepts connections and answers closes automatically until `server.auto = false`. */
export const stage = (): Stage => {
  const server = createFakeServer()
  const clock = createFakeClock()
  return { server, clock, fakes: { WebSocket: server.WebSocket, clock } }
}
