// The heap of mounted components with open sockets.

import { openPage } from './page.mjs'

/**
 * @typedef {object} MemoryRow
 * @property {'memory'} part
 * @property {string} candidate
 * @property {string | undefined} framework
 * @property {number} mounted
 * @property {number} heap bytes for each
 */

/**
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @param {import('./flow.mjs').Entrant} entrant
 * @param {number} mounted at most 250: Chromium gives no more sockets to a page
 * @returns {Promise<MemoryRow>}
 */
export async function measureMemory({ chromium, origin, log }, bundle, { name, framework }, mounted) {
  const page = await openPage(await chromium(), bundle)
  const mount = (/** @type {number} */ count) =>
    page.call('mountMany', {
      candidate: name,
      kind: 'last',
      urls: Array.from({ length: count }, () => `${origin}/flow`),
    })
  try {
    // Code that is compiled, and whatever is made once.
    await mount(10)
    await page.call('unmount')
    const before = await page.heap()
    await mount(mounted)
    const heap = ((await page.heap()) - before) / mounted
    log(`${mounted} mounted: ${name} ${(heap / 1000).toFixed(1)} kB each`)
    return { part: 'memory', candidate: name, framework, mounted, heap }
  } finally {
    await page.close()
  }
}
