/**
 * The same with the memory of one process, which dies with it: there is loss then, and every loss is told before anything later.
 * `CHAOS=long` for the whole 20 s.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { openAppMemory } from './appMemory.ts'
import { createFleet } from './fleet.ts'
import { createWitness } from './witness.ts'

const KILLS = process.env['CHAOS'] === 'long' ? 10 : 3
const EVERY = 2000
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (let end = ends.pop(); end; end = ends.pop()) await end()
})

test('a node without Redis, killed and restarted every 2 s, loses nothing that is not announced before later messages', async () => {
  const place = await mkdtemp(join(tmpdir(), 'holdfast-chaos-app-'))
  ends.push(() => rm(place, { recursive: true, force: true }))
  const fleet = await createFleet()
  ends.push(() => fleet.end())
  const node = fleet.node('feed', place)
  await node.start()
  const witness = createWitness(() => `ws://127.0.0.1:${node.port}`, ['feed'])
  ends.push(() => witness.close())
  await witness.ready
  witness.go()
  node.go()
  for (let kill = 0; kill < KILLS; kill++) {
    await after(EVERY) // the pace is the test
    await node.kill()
    await node.start()
  }
  const last = await witness.stop()
  await witness.heard('feed', await node.stop())

  const effects = await (await openAppMemory(place)).effects()
  const { faults, unknown, counts } = witness
  console.log(`memory: ${last} delivered, ${effects.length} applied, ${unknown.size} of unknown outcome`, counts)
  expect(faults).toEqual([]) // a number that is left out without a resync is one, and an answer out of turn
  expect(node.errors).toEqual([])
  expect(effects).toEqual([...new Set(effects)].sort((a, b) => a - b))
  const missing = Array.from({ length: last }, (_, index) => index + 1).filter((number) => !effects.includes(number))
  expect(missing.filter((number) => !unknown.has(number))).toEqual([])
  expect(counts.acknowledged + unknown.size).toBe(last)
  expect(counts.resyncs).toBe(KILLS)
  expect(counts.opened - 1 - counts.resumed).toBe(KILLS) // on a slow machine a link may be given up besides
})
