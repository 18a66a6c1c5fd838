// A Vitest reporter that writes the number of tests per project as JSON into the file named by HOLDFAST_TALLY. It prints nothing:
// scripts/test.mjs reads the file after Vitest has exited, and prints the last line.

import { writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'

/** @typedef {import('vitest/node').Reporter} Reporter */

/**
 * @typedef {object} Tally
 * @property {Record<string, { passed: number, failed: number, skipped: number }>} projects
 * @property {string[]} skipped one line for each skipped test: project, file, full title and the reason when one is given
 * @property {string[]} failed one line for each failed test: project, file, full title and the first line of its first error
 * @property {string[]} broken one line for each failure outside a test: a file that does not load, an uncaught error
 */

/** @implements {Reporter} */
export default class TallyReporter {
  /** @type {string[]} */
  projectNames = []

  /** @param {import('vitest/node').Vitest} vitest */
  onInit(vitest) {
    this.projectNames = vitest.projects.map((project) => project.name)
  }

  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<import('vitest/node').SerializedError>} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env['HOLDFAST_TALLY']
    if (file) writeFileSync(file, JSON.stringify(tally(this.projectNames, modules, unhandled)))
  }
}

/**
 * @param {string[]} names
 * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
 * @param {ReadonlyArray<import('vitest/node').SerializedError>} unhandled
 * @returns {Tally}
 */
function tally(names, modules, unhandled) {
  /** @type {Tally} */
  const result = { projects: {}, skipped: [], failed: [], broken: unhandled.map(describeUnhandled) }
  for (const name of names) result.projects[name] = { passed: 0, failed: 0, skipped: 0 }
  for (const module of modules) {
    const project = module.project.name
    const counts = (result.projects[project] ??= { passed: 0, failed: 0, skipped: 0 })
    const file = `[${project}] ${module.relativeModuleId}`
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // A test that is still pending at the end of the run never ran: that is a failure, not a skip.
      counts[state === 'pending' ? 'failed' : state]++
      if (state === 'failed') result.failed.push(`${file} > ${test.fullName}: ${firstLine(test.result().errors?.[0])}`)
      if (state === 'pending') result.failed.push(`${file} > ${test.fullName}: never ran`)
      if (state === 'skipped') result.skipped.push(`${file} > ${test.fullName}${reason(test)}`)
    }
    for (const suite of [module, ...module.children.allSuites()]) {
      for (const error of suite.errors()) result.broken.push(`${file}: ${firstLine(error)}`)
    }
  }
  return result
}

/**
 * The test and file are those that ran when the error was caught, which need not be its cause.
 *
 * @param {import('vitest/node').SerializedError} error
 * @returns {string}
 */
function describeUnhandled(error) {
  const { VITEST_TEST_PATH: path, VITEST_TEST_NAME: name } = error
  const during = [path && relative(process.cwd(), String(path)), name].filter(Boolean).join(' > ')
  return `uncaught${during && ` (during ${during})`}: ${firstLine(error)}`
}

/**
 * @param {{ message?: string } | undefined} error
 * @returns {string} without colours
 */
function firstLine(error) {
  return stripVTControlCharacters(error?.message ?? 'no error').split('\n', 1)[0] ?? ''
}

/**
 * @param {import('vitest/node').TestCase} test
 * @returns {string}
 */
function reason(test) {
  const result = test.result()
  if (result.state === 'skipped' && result.note) return ` (${result.note})`
  return test.options.mode === 'todo' ? ' (todo)' : ''
}
