// Messages per second and CPU time per message: every candidate with the same workload, in Node and in Chromium.

import { entrants, isOurs, oursAndBare } from './entrants.mjs'
import { goals } from './goals.mjs'
import { measure } from './measure.mjs'
import { createPlatforms } from './platforms.mjs'
import { table } from './table.mjs'
import { workloads } from './workloads/index.mjs'

/**
 * @typedef {object} ThroughputRow
 * @property {string} platform
 * @property {string} workload
 * @property {string} title
 * @property {number} messages in each round
 * @property {number} rate per second, 0 for as fast as it goes
 * @property {number} rounds
 * @property {import('./measure.mjs').Figures[]} figures
 */

/** At a given rate a round always takes a second, so five rounds take five seconds. */
const PACED = { rounds: 5, mostRounds: 5, seconds: 0 }
const BURST = { rounds: 5, mostRounds: 9, seconds: 5 }
const QUICK = { rounds: 1, mostRounds: 1, seconds: 0 }

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<ThroughputRow[]>}
 */
async function run(context) {
  const { origin, quick, only = '', rounds, log } = context
  const chosen = workloads.filter((workload) => (only ? workload.name.includes(only) : !quick || workload.quick))
  /** @type {ThroughputRow[]} */
  const rows = []
  for (const platform of await createPlatforms(context)) {
    for (const workload of chosen) {
      const { name, title, oursOnly } = workload
      const rate = workload.most ? mostOf(rows, platform.name) : workload.rate
      const messages = quick ? Math.min(workload.messages, rate ? rate / 4 : platform.few) : workload.messages || rate
      const warmUp = Math.min(messages, platform.few)
      const effort = quick ? QUICK : rate > 0 ? PACED : BURST
      const exact = rounds ? { rounds, mostRounds: rounds, seconds: 0 } : effort
      const measured = await measure(platform, origin, name, oursOnly || quick ? oursAndBare : entrants, {
        messages,
        rate,
        warmUp,
        ...exact,
      })
      rows.push({ platform: platform.name, workload: name, title, messages, rate, ...measured })
      log(`${platform.name}, ${title}: ${measured.figures.map(summary).join(', ')}`)
    }
  }
  return rows
}

/**
 * @param {readonly ThroughputRow[]} rows so far
 * @param {string} platform
 * @returns {number} messages per second that bare received in its burst
 */
function mostOf(rows, platform) {
  const burst = rows.find((row) => row.workload === 'receive' && row.platform === platform)
  const bare = burst?.figures.find(({ candidate }) => candidate === 'bare')
  if (!bare) throw new Error('receive-most needs the burst before it: --only throughput/receive')
  return Math.floor(bare.perSecond.median)
}

/** @param {import('./measure.mjs').Figures} figures */
const summary = ({ candidate, cpuMicros, thrift }) =>
  `${candidate} ${cpuMicros.median.toFixed(2)} µs (${thrift.median.toFixed(2)})`

/** @param {readonly ThroughputRow[]} rows */
function counts(rows) {
  const ours = rows.flatMap((row) =>
    row.figures.filter(({ candidate }) => isOurs(candidate)).map((figures) => ({ ...row, ...figures })),
  )
  return ours.flatMap(({ candidate, platform, title, lost, doubled }) => [
    { what: `messages lost, ${candidate}, ${platform}, ${title}`, value: lost, most: 0 },
    { what: `messages doubled, ${candidate}, ${platform}, ${title}`, value: doubled, most: 0 },
  ])
}

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'throughput',
  title: 'Throughput',
  run,
  table: (rows) => table(/** @type {ThroughputRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {ThroughputRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {ThroughputRow[]} */ (rows)),
}
