// How clients handle lost connections: a half-open connection, a server that is down, and a thousand clients that reconnect at once.

import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { names } from '../../candidates/names.mjs'
import { createNodeRunner } from '../../runners/nodeRunner.mjs'
import { createPageRunner } from '../../runners/pageRunner.mjs'
import { spread } from '../../statistics.mjs'
import { measureDown } from './down.mjs'
import { goals } from './goals.mjs'
import { table } from './table.mjs'

/** @typedef {import('../../candidates/names.mjs').Name} Name */
/** @typedef {import('../../runners/nodeRunner.mjs').Runner} Runner */

/**
 * The results of a client on a platform, with real sockets.
 * @typedef {object} RealRow
 * @property {'real'} kind
 * @property {string} platform
 * @property {Name} candidate
 * @property {import('./halfOpenJob.mjs').HalfOpen[]} halfOpen
 * @property {import('./down.mjs').Down} down
 */

/**
 * @typedef {object} SimulatedRow
 * @property {'simulated'} kind
 * @property {Name} candidate
 * @property {import('../../statistics.mjs').Spread} attempts10 dials during ten seconds
 * @property {import('../../statistics.mjs').Spread} attempts120 during two minutes
 * @property {import('../../statistics.mjs').Spread | null} back10 ms; null: some are not back within a minute
 * @property {import('../../statistics.mjs').Spread | null} back120
 * @property {import('./simulateJob.mjs').Storm} cut
 * @property {import('./simulateJob.mjs').Storm} restart
 */

/** @typedef {RealRow | SimulatedRow} OutageRow */

const HEARTBEAT = { interval: 1000, timeout: 1000 }
/** Timeout for the detection of a half-open connection, in ms. */
const PATIENCE = 10_000
/** How long the server is down, in ms. */
const DOWN = 10_000

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<OutageRow[]>}
 */
async function run(context) {
  const { quick, log, only = '' } = context
  const node = await buildBundle(join(import.meta.dirname, 'nodeEntry.mjs'))
  const chosen = names.filter((name) => (quick ? name === 'holdfast' : name.includes(only)))
  /** @type {OutageRow[]} */
  const rows = []
  if (!quick) rows.push(...(await real(context, node, chosen)))
  for (const candidate of chosen.filter((name) => name !== 'bare')) {
    const ask = async (/** @type {number} */ down) => {
      const runner = await createNodeRunner(node)
      try {
        const { value } = await runner.run({
          kind: 'simulate',
          candidate,
          down,
          clients: quick ? 20 : 100,
          storm: 1000,
        })
        return /** @type {import('./simulateJob.mjs').Simulated} */ (value)
      } finally {
        await runner.close()
      }
    }
    const ten = await ask(10_000)
    const long = await ask(120_000)
    const { cut, restart } = ten
    const row = {
      attempts10: spread(ten.attempts),
      attempts120: spread(long.attempts),
      back10: spreadOfAll(ten.back),
      back120: spreadOfAll(long.back),
    }
    rows.push({ kind: 'simulated', candidate, ...row, cut, restart })
    log(
      `simulated, ${candidate}: ${row.attempts120.median} attempts in 120 s, ${cut.peak} of 1 000 dials in the worst 100 ms`,
    )
  }
  return rows
}

/**
 * All clients run at the same time, because they use hardly any CPU here.
 * @param {import('../suite.mjs').Context} context
 * @param {string} node
 * @param {readonly Name[]} chosen
 * @returns {Promise<RealRow[]>}
 */
async function real({ origin, chromium, log }, node, chosen) {
  const page = await buildBundle(join(import.meta.dirname, 'pageEntry.mjs'))
  const browser = await chromium()
  const entrants = await Promise.all(
    chosen.flatMap((candidate) => [
      createNodeRunner(node).then((runner) => ({ platform: 'Node', candidate, runner })),
      createPageRunner(browser, page).then((runner) => ({ platform: 'Chromium', candidate, runner })),
    ]),
  )
  try {
    const job = { kind: 'halfOpen', origin, clients: 10, patience: PATIENCE, ...HEARTBEAT }
    const halfOpen = await Promise.all(entrants.map(({ candidate, runner }) => runner.run({ ...job, candidate })))
    log('half-open links: measured')
    const runners = entrants.map(({ runner }) => runner)
    const down = await measureDown(runners, entrants, { down: DOWN, patience: PATIENCE })
    log('a server that is away: measured')
    return entrants.map(({ platform, candidate }, index) => ({
      kind: 'real',
      platform,
      candidate,
      halfOpen: halfOpen[index]?.value,
      down: /** @type {import('./down.mjs').Down} */ (down[index]),
    }))
  } finally {
    await Promise.all(entrants.map(({ runner }) => runner.close()))
  }
}

/** @param {readonly (number | null)[]} values */
const spreadOfAll = (values) => (values.includes(null) ? null : spread(/** @type {number[]} */ (values)))

/**
 * @param {readonly OutageRow[]} rows
 * @returns {import('../suite.mjs').Count[]}
 */
const counts = (rows) =>
  rows.flatMap((row) =>
    row.kind === 'simulated' && row.candidate === 'holdfast'
      ? [
          { what: 'attempts of a client during 10 s, at most', value: row.attempts10.max, most: 30 },
          { what: 'attempts of a client during 120 s, at most', value: row.attempts120.max, most: 40 },
          { what: 'clients of 20 that are not back a minute after the server', value: row.back120 ? 0 : 1, most: 0 },
          { what: 'dials of 1 000 clients in the worst 100 ms after a cut', value: row.cut.peak, most: 200 },
          { what: 'dials of 1 000 clients in the worst 100 ms after 1012', value: row.restart.peak, most: 50 },
        ]
      : [],
  )

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'outage',
  title: 'Outages',
  run,
  table: (rows) => table(/** @type {OutageRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {OutageRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {OutageRow[]} */ (rows)),
}
