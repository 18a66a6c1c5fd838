// A connection that stops responding, with a heartbeat of 1 s and 1 s: measures when a component detects it, and when it has reconnected.

import { setTimeout as wait } from 'node:timers/promises'
import { spread } from '../../statistics.mjs'
import { openPage } from './page.mjs'
import { createSilentServer } from './silentServer.mjs'

/**
 * @typedef {object} HalfOpenRow
 * @property {'halfOpen'} part
 * @property {string} candidate
 * @property {number} links
 * @property {import('../../statistics.mjs').Spread | undefined} left when the status left `open`, in ms after the link died; undefined: not all did
 * @property {import('../../statistics.mjs').Spread | undefined} again when it was open again
 */

/** How long it is watched, in ms. */
const PATIENCE = 10_000
/** When each link dies, in ms after they are all open: at different moments of the heartbeat. */
const MOMENTS = [1200, 1500, 1850, 2150, 2400]

/**
 * All at once, for waiting is no work.
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @param {readonly import('./flow.mjs').Entrant[]} entrants
 * @returns {Promise<HalfOpenRow[]>}
 */
export async function measureHalfOpen({ chromium, log }, bundle, entrants) {
  const server = await createSilentServer()
  const places = []
  try {
    for (const { name } of entrants) {
      const paths = MOMENTS.map((moment) => `/${encodeURIComponent(name)}/${moment}`)
      const page = await openPage(await chromium(), bundle)
      places.push({ name, paths, page })
      await page.call('mountMany', {
        candidate: name,
        kind: 'status',
        urls: paths.map((path) => server.origin + path),
        withHeartbeat: true,
      })
    }
    const start = Date.now()
    const cuts = new Map()
    for (const [index, moment] of MOMENTS.entries()) {
      await wait(start + moment - Date.now())
      for (const { paths } of places) cuts.set(paths[index], server.cut(paths[index] ?? ''))
    }
    await wait(PATIENCE)
    const rows = []
    for (const { name, paths, page } of places) {
      const found = (await page.call('statuses')).map(
        (/** @type {import('./page/probe.mjs').Probe['statuses']} */ statuses, /** @type {number} */ index) =>
          reaction(statuses, cuts.get(paths[index])),
      )
      const all = (/** @type {'left' | 'again'} */ key) => {
        const times = found.map((/** @type {ReturnType<typeof reaction>} */ times) => times[key])
        return times.includes(undefined) ? undefined : spread(times)
      }
      rows.push(
        /** @type {HalfOpenRow} */ ({
          part: 'halfOpen',
          candidate: name,
          links: paths.length,
          left: all('left'),
          again: all('again'),
        }),
      )
      log(
        `half-open: ${name} left after ${all('left')?.median ?? 'more than 10 000'} ms, open again after ${all('again')?.median ?? 'more than 10 000'} ms`,
      )
    }
    return rows
  } finally {
    for (const { page } of places) await page.close()
    await server.end()
  }
}

/**
 * @param {import('./page/probe.mjs').Probe['statuses']} statuses
 * @param {number} cut
 */
function reaction(statuses, cut) {
  const left = statuses.find(({ at, open }) => at >= cut && !open)
  const again = left && statuses.find(({ at, open }) => at >= left.at && open)
  return { left: left && left.at - cut, again: again && again.at - cut }
}
