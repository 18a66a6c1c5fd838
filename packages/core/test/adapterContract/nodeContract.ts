/** The adapter contract in Node: with the sockets of `ws`, and with the real hub, which no page can start. */

import { describe } from 'vitest'
import { WebSocket } from 'ws'
import { startEchoServer } from '../support/echoServer.ts'
import { adapterContract } from './contract.ts'
import type { Harness } from './harness.ts'
import { checkForLeaks } from './mountStage.ts'
import { testRealHub } from './realHub.ts'

export const nodeContract = (harness: Harness): void => {
  adapterContract(harness, { startServer: startEchoServer, WebSocket: WebSocket as never })
  describe(harness.name, () => {
    checkForLeaks()
    describe('the real hub', () => testRealHub(harness))
  })
}
