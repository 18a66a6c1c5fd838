/**
 * What `useWebSocket`, `useMessage`, `useMessages` and `useStream` do in every framework. Each adapter brings a harness that mounts its components, and passes all
 * of it. Numbers in brackets are those of the study of other clients' defects, see `peers/manifest.test.ts`.
 */

import { describe } from 'vitest'
import { testCallbacks } from './adapterCallbacks.ts'
import { testDestinations } from './adapterDestinations.ts'
import { testHubServer } from './adapterHubServer.ts'
import { testLife } from './adapterLife.ts'
import { testMessages } from './adapterMessages.ts'
import { testRendering } from './adapterRendering.ts'
import { testServer } from './adapterServer.ts'
import { testSessions } from './adapterSessions.ts'
import { testSharing } from './adapterSharing.ts'
import { type Harness, keepStagesClean } from './adapterStage.ts'
import { testStreams } from './adapterStreams.ts'

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
