// `npm run bench:fanout`: sends each message to 1000 clients, from the hub, from bare `ws` and from socket.io. Measures also idle clients,
// and the reconnect of all clients after a cut. Writes results/fanout.json and the table of packages/server/CAPACITY.md. With `-- --quick`
// only the counts matter; `--only`, `--rounds`, `--clients` and `--profile <folder>` (of the servers) only print. It fails if the hub has
// lost or duplicated a message, but never because it is slow.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildBundle } from '../buildBundle.mjs'
import { describeMachine, machineLine } from '../machine.mjs'
import { grouped } from '../markdown.mjs'
import { replace } from '../readme.mjs'
import { writeResult } from '../results.mjs'
import { candidates } from './candidates.mjs'
import { fanoutTable, summaryTable } from './table.mjs'
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
const rounds = Number(values.rounds ?? (quick ? 1 : 5))
const scale = quick ? { clients: 50, seconds: 0, missed: 20 } : { clients: 1000, seconds: 2, missed: 20 }
if (values.clients) scale.clients = Number(values.clients)
const [bare = '', ...others] = Object.keys(candidates)
const names = [bare, ...others.filter((name) => name.includes(only))]

const start = performance.now()
const machine = describeMachine(undefined, ['ws', 'socket.io', 'engine.io'], ['core', 'server'])
console.log(`${machineLine(machine)}\n`)
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url))
const [server, clients] = await Promise.all(
  ['serverEntry.mjs', 'clientsEntry.mjs'].map((file) => buildBundle(path(file))),
)
const bundles = { server: `${server}`, clients: `${clients}` }
const rows = names.map((candidate) => ({ candidate, trials: /** @type {import('./trial.mjs').Trial[]} */ ([]) }))
/** @type {string[]} */
const failures = []
// If only counts matter, the trials may run in parallel and disturb each other.
if (quick) await Promise.all(rows.map((row) => measure(row, 0)))
else
  for (let round = 0; round < rounds; round++) {
    // Each round starts with another candidate, so that no candidate is always the first on an idle machine.
    for (let turn = 0; turn < rows.length; turn++) {
      const row = rows[(round + turn) % rows.length]
      if (row) await measure(row, round)
    }
  }

/** @param {import('./table.mjs').Row} row @param {number} round */
async function measure({ candidate, trials }, round) {
  const trial = await runTrial(candidate, bundles, scale, profile)
  trials.push(trial)
  // Only our losses count as failures.
  if (candidate.startsWith('hub')) {
    const most = candidates[candidate]?.recovers ? 0 : scale.clients * scale.missed
    if (trial.lost > most) failures.push(`${candidate}, round ${round + 1}: ${trial.lost} lost, at most ${most}`)
    if (trial.doubled > 0) failures.push(`${candidate}, round ${round + 1}: ${trial.doubled} doubled`)
  }
  const { apart, together, delivered, lost, doubled, back, whole } = trial
  console.log(`${round + 1}/${rounds} ${candidate}: ${delivered} delivered, ${lost} lost, ${doubled} doubled`)
  if (quick) return
  const fans = [apart, together].map(({ rate, cpu }) => `${grouped(rate)}/s, ${cpu.toFixed(1)} µs each`)
  console.log(`    ${fans.join('; ')}; back after ${Math.round(back)} ms, whole after ${Math.round(whole)} ms`)
}

const seconds = (performance.now() - start) / 1000
console.log(quick ? `\n${Math.round(seconds)} s` : `\n${fanoutTable(rows)}\n\n${Math.round(seconds)} s`)
if (complete && failures.length === 0) {
  writeResult('fanout', { machine, seconds, rows })
  const page = path('../../packages/server/CAPACITY.md')
  const measured = `${fanoutTable(rows)}\n\n${machineLine(machine)}; ${rounds} rounds, the run took ${Math.round(seconds)} s.`
  writeFileSync(page, replace(readFileSync(page, 'utf8'), 'fanout', measured))
  const readme = path('../../packages/server/README.md')
  writeFileSync(readme, replace(readFileSync(readme, 'utf8'), 'summary', summaryTable(rows)))
}
for (const failure of failures) console.log(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0
