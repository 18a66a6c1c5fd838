// Summarizes the runs of one workload.

import { spread } from '../../statistics.mjs'

/** @typedef {import('../throughput/measure.mjs').Figures} Figures */

/**
 * @typedef {object} Summary of one class over all runs
 * @property {string} candidate
 * @property {number} perSecond messages: the median of the runs
 * @property {readonly number[]} speeds the ratio to bare of each run
 * @property {import('../../statistics.mjs').Spread} speed the median of the runs, and the extremes of all rounds
 * @property {import('../../statistics.mjs').Spread} thrift as `speed`, of the CPU time per message
 * @property {number} lost
 * @property {number} doubled
 */

/**
 * @param {import('./index.mjs').DropInRow} row
 * @returns {Summary[]}
 */
export function summarize({ runs }) {
  const [first] = runs
  return (first?.figures ?? []).map(({ candidate }) => {
    const own = runs.flatMap(({ figures }) => figures.filter((its) => its.candidate === candidate))
    const total = (/** @type {'lost' | 'doubled'} */ key) => own.reduce((sum, its) => sum + its[key], 0)
    return {
      candidate,
      perSecond: spread(own.map(({ perSecond }) => perSecond.median)).median,
      speeds: own.map(({ speed }) => speed.median),
      speed: merge(own.map(({ speed }) => speed)),
      thrift: merge(own.map(({ thrift }) => thrift)),
      lost: total('lost'),
      doubled: total('doubled'),
    }
  })
}

/** @param {readonly import('../../statistics.mjs').Spread[]} spreads */
const merge = (spreads) => ({
  ...spread(spreads.map(({ median }) => median)),
  min: Math.min(...spreads.map(({ min }) => min)),
  max: Math.max(...spreads.map(({ max }) => max)),
})
