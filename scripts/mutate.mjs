// `npm run mutate -- <package> [text]`: seeds each mutant of a package into its source, one at a time, and runs the tests that use the file. A
// mutant is noticed if a test fails or does not end. With a text, only mutants whose file or description contains it.
// The lists are in `packages/*/test/mutants*`. Not part of CI, because it takes minutes; `mutants.test.ts` checks the lists there.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runnerImport } from 'vite'

/** The part of the mutants that the tests must notice. */
const LEAST_NOTICED = 0.9
/** A mutant does not end if its tests take so much longer than without it, in ms. */
const MARGIN = 60_000

/**
 * @typedef {import('./mutate/mutant.ts').SeededMutant} SeededMutant
 * @typedef {import('./mutate/worker.mjs').Job} Job
 * @typedef {import('./mutate/worker.mjs').Answer} Answer
 * @typedef {'noticed' | 'timed out' | 'survived' | 'not loaded'} Outcome
 * @typedef {{ mutant: SeededMutant, outcome: Outcome }} Result
 */

const root = join(import.meta.dirname, '..')
const [packageName = '', text = ''] = process.argv.slice(2)
const { module } = await runnerImport(join(root, 'scripts', 'mutate', 'lists.ts'))
const all = /** @type {typeof import('./mutate/lists.ts')} */ (module).mutants[packageName]
const chosen = all?.filter(({ file, bug }) => file.includes(text) || bug.includes(text))
if (!chosen?.length) {
  console.error(
    'npm run mutate -- <core | vue | react | server | redis> [text in the file or the description of a mutant]',
  )
  process.exit(2)
}

const cache = mkdtempSync(join(tmpdir(), 'holdfast-mutate-'))
/** @type {import('node:child_process').ChildProcess | undefined} */
let worker
process.on('exit', () => {
  stopWorker()
  rmSync(cache, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** How long the tests take without a mutant, in ms. @type {Map<string, number>} */
const durations = new Map()
/** @type {Result[]} */
const results = []
for (const mutant of chosen) {
  const start = performance.now()
  const { outcome, failure } = await check(mutant)
  results.push({ mutant, outcome })
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(
    `${outcome.padEnd(10)} ${seconds.padStart(4)} s  ${mutant.file}: ${mutant.bug}${failure ? `  [${failure}]` : ''}`,
  )
}
process.exit(report() ? 0 : 1)

/** @param {SeededMutant} mutant @returns {Promise<{ outcome: Outcome, failure?: string | undefined }>} */
async function check(mutant) {
  const { tests } = mutant
  const key = tests.join()
  if (!durations.has(key)) {
    const start = performance.now()
    const unchanged = await run({ tests })
    if (unchanged?.failure) throw new Error(`a test fails without a mutant: ${unchanged.failure}`)
    durations.set(key, performance.now() - start)
  }
  const answer = await run({ mutant, tests }, 3 * (durations.get(key) ?? 0) + MARGIN)
  if (!answer) return { outcome: 'timed out' }
  if (!answer.isLoaded) return { outcome: 'not loaded' }
  return { outcome: answer.failure === undefined ? 'survived' : 'noticed', failure: answer.failure }
}

/** @param {Job} job @param {number} [timeout] @returns {Promise<Answer | undefined>} undefined if it did not end */
async function run(job, timeout) {
  const { child, ready } = startWorker()
  await ready
  return new Promise((resolve) => {
    /** @param {Answer} [answer] */
    const end = (answer) => {
      clearTimeout(timer)
      child.off('message', end)
      child.off('exit', crashed)
      if (!answer) stopWorker()
      resolve(answer)
    }
    const crashed = () => end({ failure: 'the process of the tests ended', isLoaded: true })
    const timer = timeout && setTimeout(end, timeout)
    child.on('message', end)
    child.on('exit', crashed)
    child.send(job)
  })
}

function startWorker() {
  if (worker?.connected) return { child: worker, ready: undefined }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'mutate', 'worker.mjs')], {
    cwd: root,
    // For the checks of `NODE_ENV` in React and Vue, as the command `vitest` sets it.
    env: { ...process.env, NODE_ENV: 'test', VITEST: 'true', TEST: 'true', HOLDFAST_MUTATE_CACHE: cache },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // A group of its own, so that the processes which tests start end with it.
    detached: true,
  })
  worker = child
  return { child, ready: new Promise((resolve) => child.once('message', resolve)) }
}

function stopWorker() {
  const pid = worker?.pid
  worker = undefined
  try {
    if (pid) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Prints the table. Returns whether enough mutants were noticed. */
function report() {
  const files = [...new Set(results.map(({ mutant }) => mutant.file))]
  const width = Math.max(...files.map((file) => file.length))
  console.log(`\n${'file'.padEnd(width)}  noticed  timed out  survived`)
  for (const file of files)
    printRow(
      file,
      width,
      results.filter(({ mutant }) => mutant.file === file),
    )
  printRow('total', width, results)
  for (const { mutant, outcome } of results) {
    const { file, bug, equivalent } = mutant
    if (outcome === 'survived') console.log(`\nsurvived: ${file}: ${bug}\n  ${equivalent ?? 'NO TEST NOTICES IT'}`)
    else if (equivalent) console.log(`\n${outcome}, although it is listed as equivalent: ${file}: ${bug}`)
    if (outcome === 'not loaded') console.log(`\nNOT LOADED by ${mutant.tests.join(', ')}: ${file}`)
  }
  const noticed = count('noticed', results) + count('timed out', results)
  const share = noticed / results.length
  const percent = `${(100 * share).toFixed(1)} %`
  console.log(`\n${noticed} of ${results.length} mutants of ${packageName} were noticed: ${percent}`)
  if (!text) {
    const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, Node ${process.versions.node}`
    const date = new Date().toISOString().slice(0, 10)
    console.log(`\n| ${packageName} | ${noticed} of ${results.length} | ${percent} | ${date} | ${machine} |`)
  }
  return share >= LEAST_NOTICED && count('not loaded', results) === 0
}

/** @param {string} name @param {number} width @param {readonly Result[]} list */
function printRow(name, width, list) {
  const cells = [count('noticed', list), count('timed out', list), count('survived', list)]
  console.log(
    `${name.padEnd(width)}  ${cells.map((cell, index) => String(cell).padStart([7, 9, 8][index] ?? 0)).join('  ')}`,
  )
}

/** @param {Outcome} outcome @param {readonly Result[]} list */
function count(outcome, list) {
  return list.filter((result) => result.outcome === outcome).length
}
