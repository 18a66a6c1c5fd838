/**
 * A node with the memory store, which loses its data when it is killed: every loss must be announced before any later message.
 * `CHAOS=long` runs ten kills.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { openApplicationStore } from './applicationStore.ts'
import { createNodeProcesses } from './nodeProcesses.ts'
import { createRecordingClient } from './recordingClient.ts'

const KILLS = process.env['CHAOS'] === 'long' ? 10 : 3
/** Messages in each direction between two kills: about 2 s. */
const MESSAGES = 200
// Only a guard against a hang: the test waits for messages.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (let cleanup = cleanups.pop(); cleanup; cleanup = cleanups.pop()) await cleanup()
})

test('a node without Redis, killed and restarted every 200 messages, loses nothing that is not announced before later messages', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chaos-app-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const processes = await createNodeProcesses()
  cleanups.push(() => processes.end())
  const node = processes.create('feed', folder)
  await node.start()
  const client = createRecordingClient(() => `ws://127.0.0.1:${node.port}`, ['feed'])
  cleanups.push(() => client.close())
  await client.opened(1)
  client.go()
  node.go()
  for (let kill = 0; kill < KILLS; kill++) {
    await client.exchanged(MESSAGES)
    await delay(20 * Math.random()) // so that the kill comes at any point of an exchange
    const { opened } = client.counts
    await node.kill()
    await node.start()
    await client.opened(opened + 1)
  }
  const last = await client.stop()
  await client.received('feed', await node.stop())

  const effects = (await (await openApplicationStore(folder)).effects()).map(Number)
  const { faults, unknown, counts } = client
  console.log(`memory: ${last} delivered, ${effects.length} applied, ${unknown.size} of unknown outcome`, counts)
  expect(faults).toEqual([]) // such as a number that is missing without a resync, or an answer out of order
  expect(node.errors).toEqual([])
  expect(effects).toEqual([...new Set(effects)].sort((a, b) => a - b))
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter((number) => !effects.includes(number))
  expect(missing.filter((number) => !unknown.has(number))).toEqual([])
  expect(counts.acknowledged + unknown.size).toBe(last)
  expect(counts.resyncs).toBe(KILLS)
  expect(counts.opened - 1 - counts.resumed).toBe(KILLS) // on a slow machine the client may also resume without a kill
})
