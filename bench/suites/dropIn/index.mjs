// Throughput of the classes that replace `WebSocket`. In them each message is an event, which an application listens to.

import { names } from '../../candidates/names.mjs'
import { measure } from '../throughput/measure.mjs'
import { createPlatforms } from '../throughput/platforms.mjs'
import { workloads } from '../throughput/workloads/index.mjs'
import { goals } from './goals.mjs'
import { table } from './table.mjs'

/** @typedef {import('../throughput/measure.mjs').Figures} Figures */

/**
 * @typedef {object} DropInRow
 * @property {string} platform
 * @property {string} workload
 * @property {string} title
 * @property {number} messages in each round
 * @property {readonly { rounds: number, figures: readonly Figures[] }[]} runs each with new processes and pages
 */

/** The names of the classes, and the baseline. */
const CLASSES = ['bare', 'holdfast class', 'reconnecting-websocket', 'partysocket']
const RUNS = 3
const FULL = { rounds: 3, mostRounds: 9, seconds: 5 }
const QUICK = { rounds: 1, mostRounds: 1, seconds: 0 }

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<DropInRow[]>}
 */
async function run(context) {
  const { origin, quick, only = '', rounds, log } = context
  const chosen = workloads.filter(({ name }) => ['receive', 'send'].includes(name) && name.includes(only))
  // The counts are ours.
  const entrants = names
    .filter((name) => CLASSES.includes(name) && (!quick || name === 'bare' || name === 'holdfast class'))
    .map((candidate) => ({ name: candidate, candidate, target: /** @type {const} */ ('es2022') }))
  const effort = quick ? QUICK : rounds ? { rounds, mostRounds: rounds, seconds: 0 } : FULL
  /** @type {DropInRow[]} */
  const rows = []
  for (const platform of await createPlatforms(context)) {
    for (const { name: workload, title, messages: most } of chosen) {
      const messages = quick ? platform.few : most
      const options = { messages, rate: 0, warmUp: platform.few, ...effort }
      const runs = []
      while (runs.length < (quick ? 1 : RUNS)) {
        const measured = await measure(platform, origin, workload, entrants, options)
        runs.push(measured)
        log(`${platform.name}, ${title}: ${measured.figures.map(summary).join(', ')}`)
      }
      rows.push({ platform: platform.name, workload, title, messages, runs })
    }
  }
  return rows
}

/** @param {Figures} figures */
const summary = ({ candidate, speed }) => `${candidate} ${speed.median.toFixed(2)}`

/** @param {readonly DropInRow[]} rows */
const counts = (rows) =>
  rows.flatMap(({ platform, title, runs }) =>
    runs
      .flatMap(({ figures }) => figures.filter(({ candidate }) => candidate === 'holdfast class'))
      .flatMap(({ lost, doubled }) => [
        { what: `messages lost, holdfast class, ${platform}, ${title}`, value: lost, most: 0 },
        { what: `messages doubled, holdfast class, ${platform}, ${title}`, value: doubled, most: 0 },
      ]),
  )

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'dropIn',
  title: 'Drop-in classes',
  run,
  table: (rows) => table(/** @type {DropInRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {DropInRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {DropInRow[]} */ (rows)),
}
