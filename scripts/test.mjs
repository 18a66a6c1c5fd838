// `npm test`: finds or installs a Chromium and a redis-server, runs every Vitest project once, and prints the counts in the last line.
// Arguments are passed to Vitest: `npm test -- backoff`, `npm test -- --project core`.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findChromium } from './findChromium.mjs'
import { findRedis } from './findRedis.mjs'
import { chromiumAdvice, installChromium } from './installChromium.mjs'
import { installRedis, redisAdvice } from './installRedis.mjs'

const args = process.argv.slice(2)
const ci = /^(1|true)$/i.test(process.env['CI'] ?? '')

const chromium = ensureChromium()
const redis = ensureRedis()
const { tally, code } = runVitest()
const counts = sum()
const problems = [...tally.broken, ...emptyProjects()]
if (code !== 0 && counts.failed === 0 && problems.length === 0) problems.push(`Vitest ended with code ${code}`)

report()
process.exitCode = counts.failed + problems.length > 0 || counts.passed === 0 ? 1 : 0

/** @returns {string | undefined} */
function ensureChromium() {
  const named = process.env['CHROMIUM'] || process.env['CHROME']
  let path = findChromium()
  if (!path && named) console.log(`${named}, named by the environment, does not start.`)
  else if (!path) {
    console.log('No Chromium found; the browser and end-to-end tests need one.')
    installChromium()
    path = findChromium()
  }
  if (path) process.env['CHROMIUM'] = path
  else if (ci) {
    console.log(`No Chromium. ${chromiumAdvice}`)
    process.exit(1)
  }
  return path
}

/** @returns {string | undefined} */
function ensureRedis() {
  const named = process.env['REDIS_SERVER']
  let path = findRedis()
  if (!path && named) console.log(`${named}, named by the environment, does not start.`)
  else if (!path) {
    console.log('No redis-server found; the tests of the store in Redis need one.')
    installRedis()
    path = findRedis()
  }
  if (!path && ci) {
    console.log(`No redis-server. ${redisAdvice}`)
    process.exit(1)
  }
  return path
}

/** @returns {{ tally: import('./tallyReporter.mjs').Tally, code: number }} */
function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'))
  const file = join(folder, 'tally.json')
  const vitest = join('node_modules', 'vitest', 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=./scripts/tallyReporter.mjs']
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...args], {
    env: { ...process.env, HOLDFAST_TALLY: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    return { tally: JSON.parse(readFileSync(file, 'utf8')), code: status ?? 1 }
  } catch {
    return { tally: { projects: {}, skipped: [], broken: ['Vitest ended before it could report'] }, code: status ?? 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sum() {
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const project of Object.values(tally.projects)) {
    total.passed += project.passed
    total.failed += project.failed
    total.skipped += project.skipped
  }
  return total
}

/** A project without any test has a wrong file pattern, which is a failure. With arguments an empty project is normal. */
function emptyProjects() {
  if (args.length > 0) return []
  const empty = Object.entries(tally.projects).filter(([, { passed, failed }]) => passed + failed === 0)
  return empty.map(([name]) => `project ${name} ran no test`)
}

function report() {
  if (args.length === 0)
    for (const [name, { passed, failed, skipped }] of Object.entries(tally.projects)) {
      console.log(`${name.padEnd(16)} ${String(passed).padStart(5)} passed ${failed} failed ${skipped} skipped`)
    }
  for (const line of tally.skipped) console.log(`skipped: ${line}`)
  for (const line of problems) console.log(`FAILED: ${line}`)
  if (!chromium)
    console.log(`LEFT OUT: the browser and end-to-end tests, because there is no Chromium. ${chromiumAdvice}`)
  if (!redis) console.log(`LEFT OUT: the tests of the store in Redis, because there is no redis-server. ${redisAdvice}`)
  // Each failure outside a test counts as one, so that this line agrees with the exit code.
  console.log(`\n${counts.passed} passed, ${counts.failed + problems.length} failed, ${counts.skipped} skipped`)
}
