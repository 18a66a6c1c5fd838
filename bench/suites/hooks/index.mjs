// What a component costs in a browser: every hook, and none, on the same messages in the same run.

import { buildPage } from './buildPage.mjs'
import { counts } from './counts.mjs'
import { groups, measureFlows, quickGroups, titleOf } from './flow.mjs'
import { goals } from './goals.mjs'
import { measureHalfOpen } from './halfOpen.mjs'
import { measureLeaks } from './leaks.mjs'
import { measureMemory } from './memory.mjs'
import { openPage } from './page.mjs'
import { profileFlows } from './profile.mjs'
import { table } from './table.mjs'

/**
 * @typedef {import('./flow.mjs').FlowRow | import('./leaks.mjs').LeaksRow | import('./memory.mjs').MemoryRow
 *   | import('./halfOpen.mjs').HalfOpenRow | import('./profile.mjs').ProfileRow} HooksRow
 */

/** Besides the works of `flow.mjs`, what `only` may name. */
const PARTS = { leaks: 'leaks', memory: 'memory', halfOpen: 'half-open', profile: 'profile' }

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<HooksRow[]>}
 */
async function run(context) {
  const { quick, only = '', profile } = context
  const bundle = await buildPage('production')
  const entrants = (await listEntrants(context, bundle)).filter(({ name }) => !quick || /^(bare|holdfast)/.test(name))
  if (profile) return profileFlows(context, bundle, profile)
  const wants = (/** @type {string} */ name) => name.includes(only)
  const chosen = (quick ? quickGroups : groups)
    .map(({ rounds, works }) => ({ rounds, works: works.filter((work) => wants(`${titleOf(work)}, ${work.rate}/s`)) }))
    .filter(({ works }) => works.length > 0)
  /** @type {HooksRow[]} */
  const rows = chosen.length > 0 ? await measureFlows(context, bundle, entrants, chosen) : []
  const hooks = entrants.filter(({ framework }) => framework)
  if (wants(PARTS.leaks)) {
    const development = await buildPage('development')
    const mounts = quick ? 50 : 500
    for (const entrant of hooks) rows.push(await measureLeaks(context, bundle, entrant, mounts, false))
    for (const entrant of hooks) {
      if (entrant.framework === 'react') rows.push(await measureLeaks(context, development, entrant, mounts, true))
    }
  }
  if (wants(PARTS.memory) && !quick) {
    for (const entrant of entrants) rows.push(await measureMemory(context, bundle, entrant, 200))
  }
  if (wants(PARTS.halfOpen) && !quick)
    rows.push(
      ...(await measureHalfOpen(
        context,
        bundle,
        hooks.filter(({ withHeartbeat }) => withHeartbeat),
      )),
    )
  if (wants(PARTS.profile) && !quick) rows.push(...(await profileFlows(context, bundle)))
  if (rows.length === 0) throw new Error(`--only hooks/${only}: nothing is called so`)
  return rows
}

/**
 * The description of the candidates, read from the page.
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @returns {Promise<import('./flow.mjs').Entrant[]>}
 */
async function listEntrants({ chromium }, bundle) {
  const page = await openPage(await chromium(), bundle)
  const entrants = await page.evaluate('hooks.list')
  await page.close()
  return entrants
}

/** @type {import('../suite.mjs').Suite} */
export default {
  name: 'hooks',
  title: 'Hooks in a browser',
  run,
  table: (rows) => table(/** @type {HooksRow[]} */ (rows)),
  counts: (rows) => counts(/** @type {HooksRow[]} */ (rows)),
  goals: (rows) => goals(/** @type {HooksRow[]} */ (rows)),
}
