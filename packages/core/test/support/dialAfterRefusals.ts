/** A client that has failed to reconnect several times. */

import type { WebSocketClient } from '../../src/index.ts'
import { type TestSetup, createTestClient } from './createTestClient.ts'

/** Creates a client after a loss and `refusals` failed dials, with the next dial under way. Random numbers are as large as possible. */
export const dialAfterRefusals = (refusals: number): TestSetup & { client: WebSocketClient; dials(): number } => {
  const setup = createTestClient()
  setup.clock.setRandom(0.999)
  const client = setup.open()
  setup.server.last.drop()
  for (let n = 0; n < refusals; n++) {
    setup.advanceToRetry(client)
    setup.server.last.refuse()
  }
  setup.advanceToRetry(client)
  return { ...setup, client, dials: () => setup.server.connections.length }
}
