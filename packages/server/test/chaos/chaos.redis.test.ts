/**
 * Processes are killed and frozen while a real client delivers and receives a number every 10 ms. With Redis nothing is lost, nothing
 * arrives twice, and everything is in order. `CHAOS=long npm test -- --project redis chaos` runs ten kills.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Redis, startRedis } from '../redis/startRedis.ts'
import { type ApplicationStore, openApplicationStore } from './applicationStore.ts'
import { type NodeProcess, type NodeProcesses, createNodeProcesses } from './nodeProcesses.ts'
import { type RecordingClient, createRecordingClient } from './recordingClient.ts'

const KILLS = process.env['CHAOS'] === 'long' ? 10 : 3
/** Messages in each direction between two kills: about 2 s. */
const MESSAGES = 200
// Only a guard against a hang: the tests wait for messages and events.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })

let processes: NodeProcesses
let redis: Redis
let application: ApplicationStore
let client: RecordingClient | undefined
let nodes: NodeProcess[] = []
beforeAll(async () => {
  processes = await createNodeProcesses()
})
afterAll(() => processes.end())
beforeEach(async () => {
  redis = await startRedis()
  application = await openApplicationStore(redis.url)
})
afterEach(async () => {
  client?.close()
  await Promise.all(nodes.map((node) => node.kill()))
  nodes = []
  await application.close()
  await redis.end()
})

/** Starts nodes that publish to one stream each, and a client of all streams that dials the nodes in turn. */
async function begin(count: number): Promise<{ current: () => NodeProcess; client: RecordingClient }> {
  nodes = Array.from({ length: count }, (_, index) => processes.create(`feed${index}`, redis.url))
  await Promise.all(nodes.map((node) => node.start()))
  let dials = 0
  const created = (client = createRecordingClient(
    () => `ws://127.0.0.1:${nodes[dials++ % count]!.port}`,
    nodes.map(({ stream }) => stream),
  ))
  await created.opened(1)
  created.go()
  for (const node of nodes) node.go()
  return { client: created, current: () => nodes[(dials - 1) % count]! }
}

/** Waits for a number of messages and a short random time, so that the next kill comes at any point of an exchange. */
async function exchange({ exchanged }: RecordingClient, messages: number): Promise<void> {
  await exchanged(messages)
  await delay(20 * Math.random())
}

async function expectNothingLost(
  what: string,
  { stop, received, faults, unknown, counts }: RecordingClient,
): Promise<void> {
  const last = await stop()
  const tops = await Promise.all(nodes.map((node) => node.stop()))
  await Promise.all(nodes.map(({ stream }, index) => received(stream, tops[index]!)))
  const effects = (await application.effects()).map(Number)
  const again = nodes.reduce((sum, node) => sum + node.again, 0)
  console.log(
    `${what}: ${last} delivered, ${effects.length} applied, ${again} recognised; ${tops.join(' + ')} published`,
    counts,
  )
  expect(faults).toEqual([])
  expect(nodes.flatMap(({ errors }) => errors)).toEqual([])
  expect([...unknown]).toEqual([])
  expect(effects).toEqual(Array.from({ length: last }, (_, index) => index + 1))
  expect(counts).toMatchObject({
    resyncs: 0,
    skipped: 0,
    acknowledged: last,
    received: tops.reduce((sum, top) => sum + top),
  })
  expect(counts.resumed).toBe(counts.opened - 1)
}

test('one node, killed and restarted every 200 messages, loses and duplicates nothing in either direction', async () => {
  const { client } = await begin(1)
  const [node] = nodes as [NodeProcess]
  for (let kill = 0; kill < KILLS; kill++) {
    await exchange(client, MESSAGES)
    const { opened } = client.counts
    await node.kill()
    await node.start()
    await client.opened(opened + 1)
  }
  await expectNothingLost('one node', client)
  expect(client.counts.opened).toBeGreaterThan(KILLS)
})

test('two nodes, one killed at a time, lose and duplicate nothing: the client continues at the other node', async () => {
  const { client, current } = await begin(2)
  for (let kill = 0; kill < KILLS; kill++) {
    await exchange(client, MESSAGES)
    const { opened } = client.counts
    const node = current()
    await node.kill()
    await client.opened(opened + 1)
    await exchange(client, MESSAGES / 4) // without the killed node
    await node.start()
  }
  await expectNothingLost('two nodes', client)
  expect(client.counts.opened).toBeGreaterThan(KILLS)
})

test('a client detects a frozen node and leaves it, and nothing is lost or duplicated when the node thaws', async () => {
  const { client, current } = await begin(2)
  for (let round = 0; round < Math.ceil(KILLS / 3); round++) {
    await exchange(client, MESSAGES / 2)
    const { opened } = client.counts
    const node = current()
    node.freeze()
    await client.opened(opened + 1)
    expect(current()).not.toBe(node)
    node.thaw()
  }
  await exchange(client, MESSAGES / 2) // includes what the thawed node still had in its buffers
  await expectNothingLost('frozen', client)
})
