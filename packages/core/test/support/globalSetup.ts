/** Starts the servers for tests that run in a browser, where none can be started. `inject` returns their URLs. */

import type { TestProject } from 'vitest/node'
import { type RecoveryUrls, startRecoveryServer } from '../../../server/test/browser/startRecoveryServer.ts'
import { startEchoServer } from './echoServer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    echoUrl: string
    recoveryUrls: RecoveryUrls
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [echo, recovery] = await Promise.all([startEchoServer(), startRecoveryServer()])
  project.provide('echoUrl', echo.url)
  project.provide('recoveryUrls', recovery.urls)
  return async () => {
    await Promise.all([echo.close(), recovery.close()])
  }
}
