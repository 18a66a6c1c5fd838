// Measures what remains after clients have connected and closed. Leaks of the hooks are measured in the suite `hooks`.

import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { names } from '../../candidates/names.mjs'
import { createNodeRunner } from '../../runners/nodeRunner.mjs'
import { createPageRunner } from '../../runners/pageRunner.mjs'
import { goals, table } from './table.mjs'

/**
 * @typedef {import('./runJob.mjs').Leftovers & {
 *   platform: string, candidate: import('../../candidates/names.mjs').Name, cycles: number, growth: number
 * }} LeaksRow `growth`: bytes of heap per cycle
 */

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<LeaksRow[]>}
 */
async function run({ origin, quick, chromium, log, only = '' }) {
  const node = await buildBundle(join(import.meta.dirname, 'nodeEntry.mjs'))
  const page = await buildBundle(join(import.meta.dirname, 'pageEntry.mjs'))
  const platforms = [
    { platform: 'Node', createRunner: () => createNodeRunner(node) },
    { platform: 'Chromium', createRunner: async () => createPageRunner(await chromium(), page) },
  ]
  const cycles = quick ? 100 : 500
  const rows = []
  for (const { platform, createRunner } of platforms) {
    for (const candidate of names.filter((name) => (quick ? name === 'holdfast' : name.includes(only)))) {
      const runner = await createRunner()
      try {
        // A warm-up, because compiled code and caches are not leaks.
        await runner.run({ candidate, origin, cycles: 2 * cycles })
        const before = await runner.heap()
        const { value } = await runner.run({ candidate, origin, cycles })
        const growth = ((await runner.heap()) - before) / cycles
        rows.push({ platform, candidate, cycles, ...value, growth })
        log(
          `${platform}, ${candidate}: ${value.opened} sockets, ${value.left} and ${value.timers} timers left, ${Math.round(growth)} B per cycle`,
        )
      } finally {
        await runner.close()
      }
    }
  }
  return rows
}

/** @param {readonly LeaksRow[]} rows */
const counts = (rows) =>
  rows
    .filter(({ candidate }) => candidate === 'holdfast')
    .flatMap(({ platform, cycles, opened, left, timers, listeners, growth }) => [
      { what: `sockets opened in ${cycles} cycles, ${platform}`, value: opened, most: cycles },
      { what: `sockets left, ${platform}`, value: left, most: 0 },
      { what: `timers left, ${platform}`, value: timers, most: 0 },
      { what: `listeners left, ${platform}`, value: listeners, most: 0 },
      // A leaked client would be several kilobytes.
      { what: `bytes of heap left per cycle, ${platform}`, value: Math.round(growth), most: 2000 },
    ])

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'leaks',
  title: 'Leaks',
  run,
  table: (rows) => table(/** @type {LeaksRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {LeaksRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {LeaksRow[]} */ (rows)),
}
