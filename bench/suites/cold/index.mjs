// The cost of a client before its first message: its size, and the time to load it and to connect.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { names } from '../../candidates/names.mjs'
import { startChild } from '../../child.mjs'
import { createPageRunner } from '../../runners/pageRunner.mjs'
import { spread } from '../../statistics.mjs'
import { candidateImport, imports } from './imports.mjs'
import { minify, weigh } from './minify.mjs'
import { table } from './table.mjs'

/** @typedef {import('../../statistics.mjs').Spread} Spread */
/** @typedef {import('../../candidates/names.mjs').Name} Name */

/** @typedef {import('../../buildBundle.mjs').Target} Target */
/** @typedef {{ min: number, gzip: number, brotli: number }} Sizes bytes, at the target ES2022 */
/** @typedef {{ kind: 'size', of: 'core' | 'Vue' | 'React', candidate: string, es2020?: Sizes } & Sizes} SizeRow */
/** @typedef {{ kind: 'start', platform: string, candidate: Name, rounds: number, load: Spread, open: Spread, total: Spread }} StartRow ms */
/** @typedef {SizeRow | StartRow} ColdRow */

/** Timeout of a start, in ms. */
const PATIENCE = 15_000
/** The largest allowed size of our bundles with gzip, in bytes. The budgets of `npm run size` are closer. */
const MOST = {
  es2022: { core: 12_650, Vue: 14_400, React: 13_750 },
  es2020: { core: 12_650, Vue: 14_500, React: 13_850 },
}

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<ColdRow[]>}
 */
async function run({ origin, quick, rounds = 12, chromium, log }) {
  /** @type {ColdRow[]} */
  const rows = []
  for (const { client, kind, text } of imports) {
    const sizes = await weigh(await minify(`${kind}.${client}`, text))
    const es2020 = await weigh(await minify(`${kind}.${client}`, text, 'es2020'))
    rows.push({ kind: 'size', of: kind, candidate: client, ...sizes, es2020 })
    log(`${client}, ${kind}: ${sizes.gzip} B with gzip, ${es2020.gzip} B at ES2020`)
  }
  if (quick) return rows
  const modules = await Promise.all(
    names.map(async (name) => ({ name, path: await minify(`start.${name}`, candidateImport(name)) })),
  )
  const page = await buildBundle(join(import.meta.dirname, 'pageEntry.mjs'))
  const url = `${origin}/idle`
  /** @type {Record<string, (path: string) => Promise<import('./firstConnect.mjs').Times>>} */
  const platforms = {
    Node: async (path) => {
      const child = startChild(join(import.meta.dirname, 'nodeEntry.mjs'), [], [path, url])
      try {
        return await child.receive(PATIENCE)
      } finally {
        await child.end()
      }
    },
    Chromium: async (path) => {
      const runner = await createPageRunner(await chromium(), page)
      try {
        return (await runner.run({ text: await readFile(path, 'utf8'), url })).value
      } finally {
        await runner.close()
      }
    },
  }
  for (const [platform, start] of Object.entries(platforms))
    rows.push(...(await startAll(platform, modules, start, rounds)))
  return rows
}

/**
 * @param {string} platform
 * @param {readonly { name: Name, path: string }[]} modules
 * @param {(path: string) => Promise<import('./firstConnect.mjs').Times>} start
 * @param {number} rounds
 * @returns {Promise<StartRow[]>}
 */
async function startAll(platform, modules, start, rounds) {
  const entrants = modules.map(({ name, path }) => ({
    name,
    path,
    times: /** @type {import('./firstConnect.mjs').Times[]} */ ([]),
  }))
  // The first round fills the file caches and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const first = round % entrants.length
    for (const { path, times } of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      const taken = await start(path)
      if (round > 0) times.push(taken)
    }
  }
  return entrants.map(({ name, times }) => ({
    kind: 'start',
    platform,
    candidate: name,
    rounds,
    load: spread(times.map(({ load }) => load)),
    open: spread(times.map(({ open }) => open)),
    total: spread(times.map(({ load, open }) => load + open)),
  }))
}

/**
 * @param {readonly ColdRow[]} rows
 * @returns {import('../suite.mjs').Count[]}
 */
const counts = (rows) =>
  rows.flatMap((row) =>
    row.kind === 'size' && row.candidate === 'holdfast'
      ? [
          { what: `bytes of our bundle with gzip, ${row.of}`, value: row.gzip, most: MOST.es2022[row.of] },
          {
            what: `bytes of our bundle with gzip, ${row.of}, at ES2020`,
            value: row.es2020?.gzip ?? Number.NaN,
            most: MOST.es2020[row.of],
          },
        ]
      : [],
  )

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'cold',
  title: 'Cold start and size',
  run,
  table: (rows) => table(/** @type {ColdRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {ColdRow[]} */ (rows)),
}
