// `npm run bench:scale`: how cost grows with connections, streams and nodes. Writes results/scale.json and the tables of
// packages/server/CAPACITY.md. `-- --quick` uses small numbers and only prints, as does `--only connections|streams|nodes`. It fails if a
// connection ended, but never because it is slow.

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findRedis } from '../../scripts/findRedis.mjs'
import { buildBundle } from '../buildBundle.mjs'
import { describeMachine, machineLine } from '../machine.mjs'
import { grouped } from '../markdown.mjs'
import { replace } from '../readme.mjs'
import { writeResult } from '../results.mjs'
import { scaleTables } from './table.mjs'
import { runTrial } from './trial.mjs'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const { quick, only } = values
const start = performance.now()
const machine = describeMachine(undefined, ['ws', 'redis'], ['core', 'server'])
console.log(`${machineLine(machine)}\n`)

/** A server needs a file descriptor for each connection, and some for itself. */
const RESERVED = 200
const { hard } = /** @type {any} */ (process.report.getReport()).userLimits.open_files
const descriptors = Number(hard) || Infinity
const most = descriptors - RESERVED
const sizes = (quick ? [100, 200] : [1000, 5000, 10_000, 20_000]).map((size) => Math.min(size, most))
const deliveries = quick ? 2000 : 200_000
const redis = findRedis()
const base = { kind: /** @type {const} */ ('session'), streams: 1, each: 1, nodes: 1, redis: undefined, deliveries }
/** @type {Record<string, import('./trial.mjs').Plan[]>} */
const plans = {
  connections: /** @type {const} */ (['ws', 'plain', 'session']).flatMap((kind) =>
    sizes.map((connections) => ({ ...base, kind, connections })),
  ),
  // 10 subscriptions for each of 1000 clients, in all rows but the first.
  streams: (quick ? [1, 10, 100] : [1, 10, 100, 1000, 10_000]).map((streams) => ({
    ...base,
    connections: quick ? 100 : 1000,
    streams,
    each: 10,
    deliveries: deliveries / 4,
  })),
  nodes: redis
    ? [1, 2, 4].map((nodes) => ({ ...base, connections: quick ? 100 : 1000, nodes, redis, deliveries: deliveries / 2 }))
    : [],
}
const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url))
const [node, clients] = await Promise.all(['nodeEntry.mjs', 'clientsEntry.mjs'].map((file) => buildBundle(path(file))))
/** @type {Record<string, import('./trial.mjs').Trial[]>} */
const results = {}
/** @type {string[]} */
const failures = []
for (const [name, list] of Object.entries(plans)) {
  if (only && only !== name) continue
  const trials = (results[name] = /** @type {import('./trial.mjs').Trial[]} */ ([]))
  for (const plan of list) {
    const trial = await runTrial(plan, { node: `${node}`, clients: `${clients}` })
    trials.push(trial)
    const what = `${plan.kind}, ${grouped(plan.connections)} connections, ${grouped(plan.streams)} streams, ${plan.nodes} nodes`
    console.log(
      `${what}: ${trial.cpu.toFixed(1)} µs each, p50 ${trial.p50.toFixed(1)} ms, heap ${Math.round(trial.heap)} B`,
    )
    if (trial.ended > 0) failures.push(`${what}: ${trial.ended} connections ended`)
  }
}
const seconds = Math.round((performance.now() - start) / 1000)
const notes = [
  ...(most < 20_000 && !quick
    ? [`the limit of ${grouped(descriptors)} file descriptors allows ${grouped(most)} connections`]
    : []),
  ...(redis ? [] : ['without redis-server there is no table of nodes']),
  `the run took ${seconds} s`,
]
const measured = `${scaleTables(results)}\n\n${machineLine(machine)}; ${notes.join('; ')}.`
console.log(`\n${measured}`)
if (!quick && !only && redis && failures.length === 0) {
  writeResult('scale', { machine, seconds, rows: /** @type {any} */ (results) })
  const page = path('../../packages/server/CAPACITY.md')
  writeFileSync(page, replace(readFileSync(page, 'utf8'), 'scale', measured))
}
for (const failure of failures) console.log(`FAILED: ${failure}`)
process.exitCode = failures.length > 0 ? 1 : 0
