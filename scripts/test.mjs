// `npm test`: finds or installs the browsers and a redis-server, runs every Vitest project once, and prints the counts in the last line.
// Arguments are passed to Vitest: `npm test -- backoff`, `npm test -- --project core`.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureTool, testTools } from './testTools.mjs'

const args = process.argv.slice(2)
const missing = missingTools()
const { tally, code } = runVitest()
const counts = sum()
const problems = [...tally.broken, ...emptyProjects()]
if (code !== 0 && counts.failed === 0 && problems.length === 0) problems.push(`Vitest ended with code ${code}`)

report()
process.exitCode = counts.failed + problems.length > 0 || counts.passed === 0 ? 1 : 0

/** Returns the tools that are missing and cannot be installed. In CI that is a failure. */
function missingTools() {
  const missing = testTools.filter((tool) => !ensureTool(tool))
  if (missing.length === 0 || !/^(1|true)$/i.test(process.env['CI'] ?? '')) return missing
  for (const { name, advice } of missing) console.log(`No ${name}. ${advice}`)
  process.exit(1)
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
    return {
      tally: { projects: {}, skipped: [], failed: [], broken: ['Vitest ended before it could report'] },
      code: status ?? 1,
    }
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
  for (const { name, tests, advice } of missing)
    console.log(`LEFT OUT: ${tests}, because there is no ${name}. ${advice}`)
  // Failures come last, because a log may be cut at its beginning.
  for (const line of [...tally.failed, ...problems]) console.log(`FAILED: ${line}`)
  // Each failure outside a test counts as one, so that this line agrees with the exit code.
  console.log(`\n${counts.passed} passed, ${counts.failed + problems.length} failed, ${counts.skipped} skipped`)
}
