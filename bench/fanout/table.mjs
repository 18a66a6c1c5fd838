// The results of the fan-out as two tables: medians, and ratios to bare `ws` in the same round.

import { bytes, grouped, markdown } from '../markdown.mjs'
import { spread } from '../statistics.mjs'
import { candidates } from './candidates.mjs'

/**
 * @typedef {import('./trial.mjs').Trial} Trial
 *
 * @typedef {object} Row
 * @property {string} candidate
 * @property {Trial[]} trials one for each round
 */

const right = /** @type {const} */ ('right')
const median = (/** @type {Row} */ { trials }, /** @type {(trial: Trial) => number} */ of) =>
  spread(trials.map(of)).median
const titleOf = (/** @type {Row} */ { candidate }) => candidates[candidate]?.title ?? candidate
/** The messages that never arrived, in the worst round. */
const lostOf = (/** @type {Row} */ { trials }) => {
  const lost = Math.max(...trials.map((trial) => trial.lost))
  return lost === 0 ? 'none' : grouped(lost)
}

/** @param {readonly Row[]} rows the others are compared with the first */
export function fanoutTable(rows) {
  const [bare] = rows
  if (!bare) throw new Error('nothing was measured')
  const beside = (/** @type {Row} */ { trials }, /** @type {(trial: Trial) => number} */ of) => {
    const ratios = trials.map((trial, round) => of(trial) / of(/** @type {Trial} */ (bare.trials[round])))
    return `**${spread(ratios).median.toFixed(2)}**`
  }
  const fanning = rows.map((row) => {
    const cells = (/** @type {(trial: Trial) => import('./trial.mjs').Fan} */ fan) => [
      median(row, (trial) => fan(trial).cpu).toFixed(1),
      beside(row, (trial) => fan(trial).cpu),
      grouped(median(row, (trial) => fan(trial).rate)),
      beside(row, (trial) => fan(trial).rate),
    ]
    return [titleOf(row), ...cells(({ apart }) => apart), ...cells(({ together }) => together)]
  })
  const keeping = rows.map((row) => [
    titleOf(row),
    bytes(median(row, ({ heap }) => heap)),
    beside(row, ({ heap }) => heap),
    bytes(median(row, ({ rss }) => rss)),
    grouped(median(row, ({ back }) => back)),
    beside(row, ({ back }) => back),
    candidates[row.candidate]?.recovers ? grouped(median(row, ({ whole }) => whole)) : 'never',
    grouped(median(row, ({ backCpu }) => backCpu)),
    lostOf(row),
  ])
  /** @type {readonly [string, 'right'][]} */
  const fan = [
    ['CPU, µs', right],
    ['of bare', right],
    ['messages/s', right],
    ['of bare', right],
  ]
  const [apart, together] = ['one per turn', 'five per turn'].map((how) =>
    fan.map(([title, align]) => /** @type {const} */ ([`${how}: ${title}`, align])),
  )
  const first = markdown([['server'], ...(apart ?? []), ...(together ?? [])], fanning)
  const second = markdown(
    [
      ['server'],
      ['heap', right],
      ['of bare', right],
      ['RSS', right],
      ['reconnected, ms', right],
      ['of bare', right],
      ['up to date, ms', right],
      ['CPU, ms', right],
      ['lost messages', right],
    ],
    keeping,
  )
  return `${first}\n\n${second}`
}

/** The numbers for the README of the server, without the variants of bare `ws`. @param {readonly Row[]} rows */
export function summaryTable(rows) {
  const variants = ['wsBuffer', 'wsFrame']
  const shown = rows.filter(({ candidate }) => !variants.includes(candidate))
  const cells = shown.map((row) => [
    titleOf(row),
    bytes(median(row, ({ heap }) => heap)),
    `${median(row, ({ apart }) => apart.cpu).toFixed(1)} µs`,
    `${grouped(median(row, ({ back }) => back))} ms`,
    lostOf(row),
  ])
  const titles = ['heap of an idle connection', 'CPU per message', '1000 clients reconnected after', 'messages lost']
  return markdown([['server'], ...titles.map((title) => /** @type {const} */ ([title, right]))], cells)
}
