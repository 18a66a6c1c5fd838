// The results of `npm run bench:presence` as a table: medians, and ratios to socket.io with the same number of members in the same round.

import { grouped, markdown } from '../markdown.mjs'
import { spread } from '../statistics.mjs'
import { candidates } from './candidates.mjs'

/**
 * @typedef {import('./trial.mjs').Trial} Trial
 *
 * @typedef {object} Row
 * @property {string} candidate
 * @property {number} count of members
 * @property {Trial[]} trials one for each round
 */

const right = /** @type {const} */ ('right')

/** @param {readonly Row[]} rows */
export function presenceTable(rows) {
  const peer = Object.keys(candidates).at(-1)
  const cells = rows.map((row) => {
    const { candidate, count, trials } = row
    const { title = candidate, showsMembers = true } = candidates[candidate] ?? {}
    const other = rows.find((each) => each.candidate === peer && each.count === count)
    const median = (/** @type {(trial: Trial) => number} */ of) => spread(trials.map(of)).median
    const beside = (/** @type {(trial: Trial) => number} */ of) => {
      const ratios = trials.map((trial, round) => of(trial) / of(other?.trials[round] ?? trial))
      return `**${spread(ratios).median.toFixed(2)}**`
    }
    const [cpu, bytes, frames] = [
      (/** @type {Trial} */ trial) => trial.cpu,
      (/** @type {Trial} */ trial) => trial.bytes,
      (/** @type {Trial} */ trial) => trial.frames,
    ]
    return [
      grouped(count),
      title,
      grouped(median(cpu)),
      beside(cpu),
      (median(bytes) / 1e6).toFixed(1),
      beside(bytes),
      grouped(median(frames)),
      beside(frames),
      grouped(median(({ joining }) => joining)),
      showsMembers ? grouped(median(({ knowing }) => knowing)) : 'never',
    ]
  })
  return markdown(
    [
      ['members', right],
      ['server'],
      ['CPU, ms', right],
      ['of socket.io', right],
      ['received, MB', right],
      ['of socket.io', right],
      ['frames', right],
      ['of socket.io', right],
      ['joined, ms', right],
      ['lists complete, ms later', right],
    ],
    cells,
  )
}
