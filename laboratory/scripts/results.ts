/** Runs the scenarios with several seeds, and writes what the page and the documentation show. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { findChromium } from '../../scripts/findChromium.mjs'
import type { Counters, Duration, Result } from '../src/arena/protocol.ts'
import { BUILT_IN } from '../src/scenario/builtIn.ts'
import type { LaneId } from '../src/scenario/schema.ts'
import { openArenaPage } from './arenaPage.ts'

/** The first is that of the built-in scenarios: its results are written completely. */
const SEEDS = [7, 1, 2, 3, 4]

type Value = Duration | boolean
/** Over the seeds. `never` is the greatest. */
type Spread = [median: Value, least: Value, greatest: Value]

export interface LabFile {
  date: string
  machine: string
  seeds: number[]
  /** By lane. Empty for a lane without a package. */
  versions: Partial<Record<LaneId, string>>
  /** Of the first seed, by scenario. */
  results: Record<string, Result>
  /** By scenario, lane and counter. */
  spreads: Record<string, Partial<Record<LaneId, Record<keyof Counters, Spread>>>>
}

const rank = (value: Value): number => (value === 'never' ? Infinity : value === null ? -1 : Number(value))

const spreadOf = (values: Value[]): Spread => {
  const sorted = [...values].sort((one, other) => (rank(one) === rank(other) ? 0 : rank(one) - rank(other)))
  return [sorted[Math.floor(sorted.length / 2)] ?? null, sorted[0] ?? null, sorted.at(-1) ?? null]
}

const spreadsOf = (results: readonly Result[]): LabFile['spreads'][string] => {
  const lanes = results[0]?.lanes ?? []
  const spreads = lanes.map(({ id, counters }, index) => {
    const names = Object.keys(counters) as (keyof Counters)[]
    const ofLane = results.map(({ lanes }) => lanes[index]?.counters)
    return [id, Object.fromEntries(names.map((name) => [name, spreadOf(ofLane.map((own) => own?.[name] ?? null))]))]
  })
  return Object.fromEntries(spreads)
}

export const writeResults = async (ids: readonly string[]): Promise<void> => {
  const arena = await openArenaPage(findChromium())
  const file: LabFile = {
    date: new Date().toISOString(),
    machine: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
    seeds: SEEDS,
    versions: {},
    results: {},
    spreads: {},
  }
  try {
    for (const { id, scenario } of BUILT_IN) {
      if (ids.length > 0 && !ids.includes(id)) continue
      const results: Result[] = []
      for (const seed of SEEDS) {
        const { result, duration } = await arena.run({ ...scenario, seed })
        console.log(`${id}, seed ${seed}: ${Math.round(duration)} ms`)
        results.push(result)
      }
      const [first] = results
      if (!first) continue
      file.results[id] = first
      file.spreads[id] = spreadsOf(results)
      for (const lane of first.lanes) file.versions[lane.id] = lane.version
    }
  } finally {
    await arena.close()
  }
  if (ids.length > 0) return
  const folder = new URL('../../docs/data/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('lab.json', folder), `${JSON.stringify(file)}\n`)
}
