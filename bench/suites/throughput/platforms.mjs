// Where rounds run: in a process of Node, or in a page of Chromium.

import { join } from 'node:path'
import { buildBundle } from '../../buildBundle.mjs'
import { createNodePlace } from '../../places/nodePlace.mjs'
import { createPagePlace } from '../../places/pagePlace.mjs'

/**
 * @typedef {object} Platform
 * @property {string} name
 * @property {number} few messages, enough to warm up and for a round of --quick
 * @property {(label: string) => Promise<import('../../places/nodePlace.mjs').Place>} createPlace the label names its profile
 */

/**
 * @param {import('../suite.mjs').Context} context
 * @returns {Promise<Platform[]>}
 */
export async function createPlatforms({ chromium, profile }) {
  const node = await buildBundle(join(import.meta.dirname, 'nodeEntry.mjs'))
  const page = await buildBundle(join(import.meta.dirname, 'pageEntry.mjs'))
  const pathOf = (/** @type {string} */ label) => profile && join(profile, `${label}.cpuprofile`)
  return [
    { name: 'Node', few: 100_000, createPlace: (label) => createNodePlace(node, { profile: pathOf(`Node.${label}`) }) },
    {
      name: 'Chromium',
      few: 20_000,
      createPlace: async (label) => createPagePlace(await chromium(), page, { profile: pathOf(`Chromium.${label}`) }),
    },
  ]
}
