// The project's goals for throughput.

import { isBetter } from '../../statistics.mjs'
import { isPeer } from './entrants.mjs'

/** Minimum share of the bare WebSocket's messages per second, in the same rounds. */
const LEAST = /** @type {Record<string, number>} */ ({ Node: 0.95, Chromium: 0.97 })

/**
 * @param {readonly import('./index.mjs').ThroughputRow[]} rows
 * @returns {import('../suite.mjs').Goal[]}
 */
export function goals(rows) {
  const bursts = rows.filter(({ workload }) => workload === 'receive' || workload === 'send')
  return [...bursts.flatMap(ratioGoal), bestGoal(rows)]
}

/**
 * @param {import('./index.mjs').ThroughputRow} row
 * @returns {import('../suite.mjs').Goal[]}
 */
function ratioGoal({ platform, workload, figures }) {
  const ours = figures.find(({ candidate }) => candidate === 'holdfast')
  const least = LEAST[platform] ?? 1
  if (!ours) return []
  const { speed, thrift } = ours
  const measured = `${speed.median.toFixed(2)} (${speed.min.toFixed(2)}–${speed.max.toFixed(2)}) of the messages/s; CPU ${thrift.median.toFixed(2)}`
  return [{ goal: `${workload}, ${platform}: at least ${least} of bare`, measured, met: speed.median >= least }]
}

/**
 * @param {readonly import('./index.mjs').ThroughputRow[]} rows
 * @returns {import('../suite.mjs').Goal}
 */
function bestGoal(rows) {
  const contested = rows.filter(({ figures }) => figures.some(({ candidate }) => isPeer(candidate)))
  const behind = contested.filter(({ figures }) =>
    figures.some(({ candidate, toOurs }) => isPeer(candidate) && isBetter(toOurs)),
  )
  return {
    goal: 'CPU per message of the core: best, or within noise of the best, in every row',
    measured: `in ${contested.length - behind.length} of ${contested.length} rows; in the others ▲ marks the clients that need less`,
    met: behind.length === 0,
  }
}
