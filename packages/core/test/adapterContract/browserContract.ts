/**
 * The adapter contract in a browser: with the sockets of the engine, and the echo server of `globalSetup.ts`. Without the tests of the
 * real hub, because they publish and stop it in between: `recovery.browser.test.ts` of the server runs it in the browser.
 */

import { inject } from 'vitest'
import { adapterContract } from './contract.ts'
import type { Harness } from './harness.ts'
import type { RemoteEchoServer } from './realServer.ts'

const url = inject('echoUrl')

const readCounts = async (): Promise<{ open: number; accepted: number }> =>
  (await fetch(url.replace('ws', 'http'))).json() as never

/** The server runs for all tests, so that only its counts start again. */
const startServer = async (): Promise<RemoteEchoServer> => {
  const before = (await readCounts()).accepted
  return {
    url,
    open: async () => (await readCounts()).open,
    accepted: async () => (await readCounts()).accepted - before,
    close: async () => {},
  }
}

export const browserContract = (harness: Harness): void => adapterContract(harness, { startServer, WebSocket })
