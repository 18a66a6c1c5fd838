/** Starts the echo server for tests that run in a browser, which cannot start one: `inject('echoUrl')` is its address. */

import type { TestProject } from 'vitest/node'
import { startEchoServer } from './echoServer.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    echoUrl: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startEchoServer()
  project.provide('echoUrl', server.url)
  return () => server.close()
}
