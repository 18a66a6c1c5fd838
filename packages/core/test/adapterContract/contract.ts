/**
 * What `useWebSocket`, `useMessage`, `useMessages` and `useStream` do in every framework. Each adapter brings a harness that mounts its components, and passes all
 * of it. Numbers in brackets are those of the study of other clients' defects, see `peers/manifest.test.ts`.
 */

import { describe } from 'vitest'
import { testCallbacks } from './callbacks.ts'
import { testDestinations } from './destinations.ts'
import { testHubServer } from './realHub.ts'
import { testLife } from './lifecycle.ts'
import { testMessages } from './messageLists.ts'
import { testRendering } from './rendering.ts'
import { testServer } from './realServer.ts'
import { testSessions } from './sessions.ts'
import { testSharing } from './sharing.ts'
import { type Harness, keepStagesClean } from './mountStage.ts'
import { testStreams } from './streams.ts'

export const adapterContract = (harness: Harness): void => {
  describe(harness.name, () => {
    keepStagesClean()
    describe('life', () => testLife(harness))
    describe('destinations', () => testDestinations(harness))
    describe('callbacks', () => testCallbacks(harness))
    describe('rendering', () => testRendering(harness))
    describe('lists', () => testMessages(harness))
    describe('sharing', () => testSharing(harness))
    describe('sessions', () => testSessions(harness))
    describe('streams', () => testStreams(harness))
    describe('a real server', () => testServer(harness))
    describe('the real hub', () => testHubServer(harness))
  })
}
