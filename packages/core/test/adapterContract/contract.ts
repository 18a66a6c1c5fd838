/**
 * The behaviour of `useWebSocket`, `useMessage`, `useMessages` and `useStream` that every adapter must have. Each adapter passes a
 * harness that mounts its components. Identifiers in titles, such as (V11), name defects of other clients: see `peers/manifest.test.ts`.
 */

import { describe } from 'vitest'
import { testCallbacks } from './callbacks.ts'
import { testDestinations } from './destinations.ts'
import type { Harness } from './harness.ts'
import { testLatestOptions } from './latestOptions.ts'
import { testLifecycle } from './lifecycle.ts'
import { testMessageLists } from './messageLists.ts'
import { checkForLeaks } from './mountStage.ts'
import { type RealServerParts, testRealServer } from './realServer.ts'
import { testRendering } from './rendering.ts'
import { testSessionCallbacks } from './sessionCallbacks.ts'
import { testSharing } from './sharing.ts'
import { testStreamEvents } from './streamEvents.ts'
import { testStreamMembers } from './streamMembers.ts'
import { testStreams } from './streams.ts'
import { testUnmounting } from './unmounting.ts'

/** @param real the server and the WebSocket for the tests with real sockets */
export const adapterContract = (harness: Harness, real: RealServerParts): void => {
  describe(harness.name, () => {
    checkForLeaks()
    describe('lifecycle', () => testLifecycle(harness))
    describe('unmounting', () => testUnmounting(harness))
    describe('destinations', () => testDestinations(harness))
    describe('latest options', () => testLatestOptions(harness))
    describe('callbacks', () => testCallbacks(harness))
    describe('rendering', () => testRendering(harness))
    describe('message lists', () => testMessageLists(harness))
    describe('sharing', () => testSharing(harness))
    describe('session callbacks', () => testSessionCallbacks(harness))
    describe('streams', () => testStreams(harness))
    describe('stream members', () => testStreamMembers(harness))
    describe('stream events', () => testStreamEvents(harness))
    describe('a real server', () => testRealServer(harness, real))
  })
}
