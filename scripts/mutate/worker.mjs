// Runs the tests of mutants in one Vitest, which starts once and keeps the modules that no mutant changes. `mutate.mjs` starts it in a process of
// its own, so that it can be killed while a mutant does not end.

import { join } from 'node:path'
import { createVitest } from 'vitest/node'

/**
 * @typedef {{ mutant?: import('./mutant.ts').SeededMutant, tests: readonly string[] }} Job
 * @typedef {{ failure: string | undefined, isLoaded: boolean }} Answer `failure`: the title of the first failed test
 */

const root = join(import.meta.dirname, '..', '..')
const vitest = await createVitest('test', {
  root,
  config: join(root, 'scripts', 'mutate', 'vitest.config.ts'),
  watch: false,
  bail: 1,
  maxWorkers: 1,
  reporters: [{}],
})
/** Test files by the number of the last job in which one of their tests failed: it is likely to fail again. @type {Map<string, number>} */
const failures = new Map()
let count = 0

process.on('message', async (/** @type {Job} */ job) => {
  try {
    process.send?.(await run(job))
  } catch (error) {
    process.send?.({ failure: String(error), isLoaded: true })
  }
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

/** @param {Job} job @returns {Promise<Answer>} */
async function run({ mutant, tests }) {
  count++
  seed(mutant)
  try {
    const all = await vitest.globTestSpecifications(tests.map((test) => `packages/${test}`))
    const last = (/** @type {typeof all[number]} */ { moduleId }) => failures.get(moduleId) ?? 0
    all.sort((one, other) => last(other) - last(one))
    for (const specification of all) {
      // The bail option counts the failed tests of earlier runs, too.
      vitest.state.idMap.clear()
      vitest.state.filesMap.clear()
      const { testModules, unhandledErrors } = await vitest.runTestSpecifications([specification])
      const failed = testModules.find((module) => !module.ok())
      if (!failed && unhandledErrors.length === 0) continue
      failures.set(specification.moduleId, count)
      const [test] = failed?.children.allTests('failed') ?? []
      return { failure: test?.name ?? 'an error outside of tests', isLoaded: isLoaded() }
    }
    return { failure: undefined, isLoaded: isLoaded() }
  } finally {
    // So that the next mutant finds the unchanged module.
    if (mutant) vitest.invalidateFile(pathOf(mutant))
  }
}

/** @param {import('./mutant.ts').SeededMutant | undefined} mutant */
function seed(mutant) {
  process.env['HOLDFAST_MUTANT'] = mutant ? JSON.stringify(mutant) : ''
  process.env['HOLDFAST_MUTANT_LOADED'] = ''
  if (mutant) vitest.invalidateFile(pathOf(mutant))
}

/** @param {import('./mutant.ts').SeededMutant} mutant */
function pathOf({ file }) {
  return join(root, 'packages', file)
}

function isLoaded() {
  return process.env['HOLDFAST_MUTANT_LOADED'] !== ''
}
