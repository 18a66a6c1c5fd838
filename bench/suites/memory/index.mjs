// Measures the memory of an idle client and the allocations per message, in Node, where the heap can be measured exactly.

import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { names } from '../../candidates/names.mjs'
import { createNodeRunner } from '../../runners/nodeRunner.mjs'
import { spread } from '../../statistics.mjs'
import { goals } from './goals.mjs'
import { table } from './table.mjs'

/**
 * @typedef {object} MemoryRow
 * @property {import('../../candidates/names.mjs').Name} candidate
 * @property {boolean} heartbeat
 * @property {import('../../statistics.mjs').Spread} heap bytes per idle client, with its socket
 * @property {number} beyond bytes more than bare, median against median
 * @property {number} timersAtOnce
 * @property {number} timersLater
 * @property {number} listeners
 * @property {number} received bytes allocated per message
 * @property {number} sent bytes allocated per message
 * @property {import('./allocationProfile.mjs').Site[]} receivedAt where, as a sampling profiler sees it
 * @property {import('./allocationProfile.mjs').Site[]} sentAt
 */

/** Enough memory for all allocations of a round, so that there is no garbage collection in between. */
const ROOM = ['--max-semi-space-size=1024', '--min-semi-space-size=1024']

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<MemoryRow[]>}
 */
async function run({ origin, quick, rounds, log, only = '' }) {
  const bundle = await buildBundle(join(import.meta.dirname, 'nodeEntry.mjs'))
  const clients = 1000
  const samples = rounds ?? (quick ? 1 : 5)
  const rows = []
  // The counts are ours.
  const chosen = names.filter((name) => name === 'bare' || (quick ? name === 'holdfast' : name.includes(only)))
  let bare = 0
  for (const { candidate, heartbeat } of [
    ...chosen.map((candidate) => ({ candidate, heartbeat: false })),
    { candidate: /** @type {const} */ ('holdfast'), heartbeat: true },
  ]) {
    const ask = async (/** @type {string} */ kind, /** @type {string[]} */ args) => {
      const runner = await createNodeRunner(bundle, { args })
      try {
        return (await runner.run({ kind, candidate, heartbeat, origin, clients })).value
      } finally {
        await runner.close()
      }
    }
    const heaps = []
    while (heaps.length < samples) heaps.push(await ask('idle', []))
    const heap = spread(heaps)
    if (candidate === 'bare') bare = heap.median
    const row = {
      candidate,
      heartbeat,
      heap,
      beyond: heap.median - bare,
      ...(await ask('timers', [])),
      ...(await ask('allocation', ROOM)),
    }
    rows.push(row)
    log(
      `${candidate}${heartbeat ? ', heartbeat on' : ''}: ${Math.round(row.beyond)} B beyond bare, ${row.timersLater} timers`,
    )
  }
  return rows
}

/**
 * The bounds are a little above the measured values, to detect large regressions.
 * @param {readonly MemoryRow[]} rows
 */
const counts = (rows) =>
  rows
    .filter(({ candidate }) => candidate === 'holdfast')
    .flatMap(({ heartbeat, beyond, timersAtOnce, timersLater, listeners, received, sent }) => {
      const label = heartbeat ? ', heartbeat on' : ''
      return [
        { what: `bytes of heap per idle client beyond bare${label}`, value: Math.round(beyond), most: 9000 },
        { what: `timers per client just opened${label}`, value: timersAtOnce, most: 1 },
        { what: `timers per idle client${label}`, value: timersLater, most: heartbeat ? 1 : 0 },
        { what: `listeners on a socket${label}`, value: listeners, most: 4 },
        { what: `bytes allocated per message received${label}`, value: Math.round(received), most: 24 },
        { what: `bytes allocated per message sent${label}`, value: Math.round(sent), most: 64 },
      ]
    })

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'memory',
  title: 'Memory',
  run,
  table: (rows) => table(/** @type {MemoryRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {MemoryRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {MemoryRow[]} */ (rows)),
}
