// Reads and writes the results of complete runs: one file per suite in results/.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Result
 * @property {ReturnType<typeof import('./machine.mjs').describeMachine>} machine
 * @property {number} seconds the duration of the run
 * @property {import('./suites/suite.mjs').Row[]} rows
 */

/** @param {string} suite */
const pathOf = (suite) => join(import.meta.dirname, 'results', `${suite}.json`)

/**
 * @param {string} suite
 * @param {Result} result
 */
export function writeResult(suite, result) {
  const rounded = (/** @type {string} */ _, /** @type {unknown} */ value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value
  writeFileSync(pathOf(suite), `${JSON.stringify(result, rounded, 1)}\n`)
}

/**
 * @param {string} suite
 * @returns {Result | undefined} undefined if it was not measured yet
 */
export function readResult(suite) {
  const path = pathOf(suite)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}
