// The platforms on which rounds run: a process of Node, and a page of Chromium.

import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { createNodeRunner } from '../../runners/nodeRunner.mjs'
import { createPageRunner } from '../../runners/pageRunner.mjs'

/** @typedef {import('../../buildBundle.mjs').Target} Target */

/**
 * @typedef {object} Platform
 * @property {string} name
 * @property {number} few messages, enough for the warm-up and for a round of --quick
 * @property {(label: string, target: Target) => Promise<import('../../runners/nodeRunner.mjs').Runner>} createRunner the label is the name of its
 *   CPU profile, the target that of its bundle
 */

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<Platform[]>}
 */
export async function createPlatforms({ chromium, profile }) {
  const node = await buildTargets('nodeEntry.mjs')
  const page = await buildTargets('pageEntry.mjs')
  const pathOf = (/** @type {string} */ label) => profile && join(profile, `${label}.cpuprofile`)
  return [
    {
      name: 'Node',
      few: 100_000,
      createRunner: (label, target) => createNodeRunner(node[target], { profile: pathOf(`Node.${label}`) }),
    },
    {
      name: 'Chromium',
      few: 20_000,
      createRunner: async (label, target) =>
        createPageRunner(await chromium(), page[target], { profile: pathOf(`Chromium.${label}`) }),
    },
  ]
}

/**
 * @param {string} entry
 * @returns {Promise<Record<Target, string>>} the paths of its bundles
 */
async function buildTargets(entry) {
  const path = join(import.meta.dirname, entry)
  return { es2022: await buildBundle(path), es2020: await buildBundle(path, 'es2020') }
}
