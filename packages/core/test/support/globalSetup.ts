/** Starts the servers for tests that run in a browser, where none can be started. `inject` returns their URLs. */

import type { TestProject } from 'vitest/node'
import { type RecoveryUrls, startRecoveryServer } from '../../../server/test/browser/startRecoveryServer.ts'
import { type PageUrls, startPageServer } from '../browser/support/startPageServer.ts'
import { startEchoServer } from './echoServer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    echoUrl: string
    recoveryUrls: RecoveryUrls
    pageUrls: PageUrls
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [echo, recovery, pages] = await Promise.all([startEchoServer(), startRecoveryServer(), startPageServer()])
  project.provide('echoUrl', echo.url)
  project.provide('recoveryUrls', recovery.urls)
  project.provide('pageUrls', pages.urls)
  return async () => {
    await Promise.all([echo.close(), recovery.close(), pages.close()])
  }
}
