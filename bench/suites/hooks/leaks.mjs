// A component mounted and unmounted hundreds of times: what it opens, and what it leaves.

import { openPage } from './page.mjs'
import { watchGlobals } from './watchGlobals.mjs'

/**
 * @typedef {object} LeaksRow
 * @property {'leaks'} part
 * @property {string} candidate
 * @property {boolean} strict in React's StrictMode, with its development build
 * @property {number} mounts
 * @property {number} opened sockets
 * @property {number} sockets left, after 3 s at the latest
 * @property {number} timers left, once no socket is
 * @property {number} listeners left
 * @property {number} heap bytes left per mount
 */

/**
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @param {import('./flow.mjs').Entrant} entrant
 * @param {number} mounts
 * @param {boolean} strict
 * @returns {Promise<LeaksRow>}
 */
export async function measureLeaks({ chromium, origin, log }, bundle, { name }, mounts, strict) {
  const page = await openPage(await chromium(), bundle, `(${watchGlobals})()`)
  const look = async () => {
    await page.evaluate('left.settle(3000)')
    const heap = await page.heap()
    const { JSEventListeners: listeners = 0 } = await page.metrics()
    return { ...(await page.evaluate('left.read()')), heap, listeners }
  }
  const cycle = (/** @type {number} */ times) =>
    page.call('cycle', { candidate: name, kind: 'last', url: `${origin}/flow`, strict, times })
  try {
    // As many before the first look: until then the heap grows by compiled code, in every candidate.
    await cycle(mounts)
    const before = await look()
    await cycle(mounts)
    const after = await look()
    const opened = after.opened - before.opened
    log(
      `${mounts} mounts${strict ? ' in StrictMode' : ''}: ${name} opened ${opened} sockets, left ${after.sockets} and ${after.timers} timers`,
    )
    return {
      part: 'leaks',
      candidate: name,
      strict,
      mounts,
      opened,
      sockets: after.sockets,
      timers: after.timers,
      listeners: after.listeners - before.listeners,
      heap: (after.heap - before.heap) / mounts,
    }
  } finally {
    await page.close()
  }
}
