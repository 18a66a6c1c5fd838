/**
 * Processes killed and frozen under a real client that delivers and hears a number every 10 ms: with Redis nothing is lost, nothing comes
 * twice, all is in order. Short, or the whole 20 s with a kill every 2 s: `CHAOS=long npm test -- --project redis chaos`.
 */
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type Redis, startRedis } from '../redis/startRedis.ts'
import { type AppMemory, openAppMemory } from './appMemory.ts'
import { type ChaosNode, type Fleet, createFleet } from './fleet.ts'
import { type Witness, createWitness } from './witness.ts'

const KILLS = process.env['CHAOS'] === 'long' ? 10 : 3
const EVERY = 2000
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let fleet: Fleet
let redis: Redis
let memory: AppMemory
let witness: Witness | undefined
beforeAll(async () => {
  fleet = await createFleet()
})
afterAll(() => fleet.end())
beforeEach(async () => {
  redis = await startRedis()
  memory = await openAppMemory(redis.url)
})
let nodes: ChaosNode[] = []
afterEach(async () => {
  witness?.close()
  await Promise.all(nodes.map((node) => node.kill()))
  nodes = []
  await memory.close()
  await redis.end()
})

/** Nodes that publish to a stream each, and a client of all streams, which goes round the nodes. */
async function begin(count: number): Promise<{ current: () => ChaosNode; witness: Witness }> {
  nodes = Array.from({ length: count }, (_, index) => fleet.node(`feed${index}`, redis.url))
  await Promise.all(nodes.map((node) => node.start()))
  let dials = 0
  const mine = (witness = createWitness(
    () => `ws://127.0.0.1:${nodes[dials++ % count]!.port}`,
    nodes.map(({ stream }) => stream),
  ))
  await mine.ready
  mine.go()
  for (const node of nodes) node.go()
  return { witness: mine, current: () => nodes[(dials - 1) % count]! }
}

async function expectNothingLost(what: string, { stop, heard, faults, unknown, counts }: Witness): Promise<void> {
  const last = await stop()
  const tops = await Promise.all(nodes.map((node) => node.stop()))
  await Promise.all(nodes.map(({ stream }, index) => heard(stream, tops[index]!)))
  const effects = await memory.effects()
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
    heard: tops.reduce((sum, top) => sum + top),
  })
  expect(counts.resumed).toBe(counts.opened - 1)
}

test('one node, killed and restarted every 2 s, loses and doubles nothing in either direction', async () => {
  const { witness } = await begin(1)
  const [node] = nodes as [ChaosNode]
  for (let kill = 0; kill < KILLS; kill++) {
    await after(EVERY) // the pace is the test
    await node.kill()
    await node.start()
  }
  await expectNothingLost('one node', witness)
  expect(witness.counts.opened).toBeGreaterThan(KILLS)
})

test('two nodes, one killed at a time, lose and double nothing: the client goes on at the other', async () => {
  const { witness, current } = await begin(2)
  for (let kill = 0; kill < KILLS; kill++) {
    await after(EVERY)
    const node = current()
    await node.kill()
    await after(EVERY / 4) // it stays away for a while
    await node.start()
  }
  await expectNothingLost('two nodes', witness)
  expect(witness.counts.opened).toBeGreaterThan(KILLS)
})

test('a frozen node is noticed and left, and loses and doubles nothing when it thaws', async () => {
  const { witness, current } = await begin(2)
  for (let round = 0; round < Math.ceil(KILLS / 3); round++) {
    await after(EVERY / 2)
    const opened = witness.counts.opened
    const node = current()
    node.freeze()
    await expect.poll(() => witness.counts.opened, { timeout: 15_000 }).toBeGreaterThan(opened)
    expect(current()).not.toBe(node)
    node.thaw()
  }
  await after(EVERY / 2) // what the thawed one still had in its buffers
  await expectNothingLost('frozen', witness)
})
