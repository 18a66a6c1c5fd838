// `npm run bench:presence`: clients join a stream one after the other, and each receives its members, beside a room of socket.io. Writes
// results/presence.json and the table of packages/server/CAPACITY.md. With `-- --quick` only the counts matter; `--only`, `--rounds`,
// `--clients 300,3000` and `--profile <folder>` (of the servers) only print. It fails if a client does not have all members, but never
// because it is slow.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildBundle } from '../buildBundle.mjs'
import { describeMachine, machineLine } from '../machine.mjs'
import { grouped } from '../markdown.mjs'
import { replace } from '../readme.mjs'
import { writeResult } from '../results.mjs'
import { candidates } from './candidates.mjs'
import { presenceTable } from './table.mjs'
import { runTrial } from './trial.mjs'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    clients: { type: 'string' },
    profile: { type: 'string' },
  },
})
const { quick, only, profile } = values
const complete = !quick && !only && !values.rounds && !values.clients && !profile
const rounds = Number(values.rounds ?? (quick ? 1 : 3))
const counts = (values.clients ?? (quick ? '20' : '100,300,1000')).split(',').map(Number)
const names = Object.keys(candidates).filter((name) => name.startsWith(only))

const start = performance.now()
const machine = describeMachine(undefined, ['ws', 'socket.io', 'engine.io'], ['core', 'server'])
console.log(`${machineLine(machine)}\n`)
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url))
const [server, clients] = await Promise.all(
  ['serverEntry.mjs', 'clientsEntry.mjs'].map((file) => buildBundle(path(file))),
)
/** @type {import('./table.mjs').Row[]} */
const rows = counts.flatMap((count) => names.map((candidate) => ({ candidate, count, trials: [] })))
/** @type {string[]} */
const failures = []
for (let round = 0; round < rounds; round++) {
  // Each round starts with another row, so that no candidate is always the first.
  for (let turn = 0; turn < rows.length; turn++) {
    const row = rows[(round + turn) % rows.length]
    if (row) await measure(row)
  }
}

/** @param {import('./table.mjs').Row} row */
async function measure({ candidate, count, trials }) {
  const trial = await runTrial(candidate, count, { server: `${server}`, clients: `${clients}` }, profile)
  trials.push(trial)
  const { members, cpu, bytes, frames, joining, knowing } = trial
  const expected = candidates[candidate]?.showsMembers ? count * count : 0
  if (members !== expected) failures.push(`${candidate}, ${count} clients: ${members} members known, not ${expected}`)
  console.log(`${candidate}, ${count} clients: ${members} members known`)
  if (quick) return
  const sent = `${grouped(bytes / 1000)} kB in ${grouped(frames)} frames`
  console.log(`    ${grouped(cpu)} ms CPU, ${sent}, ${grouped(joining)} ms + ${grouped(knowing)} ms`)
}

const seconds = (performance.now() - start) / 1000
const table = presenceTable(rows)
console.log(quick ? `\n${Math.round(seconds)} s` : `\n${table}\n\n${Math.round(seconds)} s`)
if (complete && failures.length === 0) {
  writeResult('presence', { machine, seconds, rows })
  const page = path('../../packages/server/CAPACITY.md')
  const measured = `${table}\n\n${machineLine(machine)}; ${rounds} rounds, the run took ${Math.round(seconds)} s.`
  writeFileSync(page, replace(readFileSync(page, 'utf8'), 'presence', measured))
}
for (const failure of failures) console.log(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0
