// The command line of the bench.

import { parseArgs } from 'node:util'
import { suites } from './suites/index.mjs'

const HELP = `npm run bench -- [options]

  --quick             small amounts, about two minutes; only the counts matter, not the times
  --only <suite>      one of ${suites.map(({ name }) => name).join(', ')};
                      <suite>/<text>: only workloads with the text in their names
  --rounds <n>        the exact number of rounds, 1 to 99
  --profile <folder>  write a CPU profile of each process and page there, for Chromium's DevTools
  --help

A whole suite, measured without other options, writes results/<suite>.json and the tables in README.md. The bench fails if a count is
above its bound or a job times out, but never because it is slow. Set CHROMIUM to the path of the browser if it is not found.`

/**
 * @typedef {object} Options
 * @property {readonly import('./suites/suite.mjs').Suite[]} suites
 * @property {boolean} complete whether the results are stored
 * @property {boolean} quick
 * @property {string | undefined} only
 * @property {number | undefined} rounds
 * @property {string | undefined} profile
 */

/** @returns {Options | undefined} undefined if there is nothing to run */
export function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        rounds: { type: 'string' },
        profile: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(HELP)
      return undefined
    }
    const { quick, profile } = values
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0 && rounds < 100))
      throw new Error(`--rounds ${values.rounds}: expected 1 to 99`)
    const [name, only] = values.only.split('/')
    const chosen = name ? suites.filter((suite) => suite.name === name) : suites
    if (chosen.length === 0) throw new Error(`--only ${name}: there is no such suite`)
    return { suites: chosen, complete: !quick && !rounds && !only && !profile, quick, only, rounds, profile }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    process.exitCode = 2
    return undefined
  }
}
