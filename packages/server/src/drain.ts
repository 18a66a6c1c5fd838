/** Closes the links of a node in small batches, evenly over a window, so that the clients do not all reconnect at once. */

import { monotonicNow } from './clock.ts'
import type { HubContext } from './context/hubContext.ts'
import type { Peer } from './peers/peer.ts'
import { CLOSE_CODES } from './protocol/closeCodes.ts'
import { trackUnfinished } from './unfinished.ts'

/** The default window, and how long after it the default deadline is, in ms. */
export const DRAIN_WINDOW = 10_000
export const DRAIN_MARGIN = 10_000
/** The shortest time between two batches, in ms. */
const BATCH_INTERVAL = 100
/** Spreads the clients of one batch. It can be short, because the batches are spread already. */
const HINT = [0, 1000] as const

/** A late drain shortens the time between two batches at most to this share. */
const SHORTEST_SHARE = 0.8

/**
 * Resolves when all links are closed and the tasks of their clients have finished, or after `timeout`. Tasks that have not finished by
 * then are reported. Resolves with false in that case.
 */
export const drainPeers = async (
  context: HubContext,
  peers: readonly Peer[],
  { window, timeout }: { window: number; timeout: number },
): Promise<boolean> => {
  const { clock, timers } = context
  const batches = Math.max(1, Math.min(Math.ceil(window / BATCH_INTERVAL), peers.length))
  const interval = window / batches
  const startedAt = monotonicNow(clock)
  let closed = 0
  for (let batch = 1; batch <= batches; batch++) {
    const end = Math.round((peers.length * batch) / batches)
    for (const { link } of peers.slice(closed, end)) link.close(CLOSE_CODES.serviceRestart, 'drain', HINT)
    closed = end
    // Late timers add up, so later waits are shorter. The limit prevents a rush after a long pause of the process.
    const remaining = startedAt + batch * interval - monotonicNow(clock)
    const wait = Math.max(interval * SHORTEST_SHARE, Math.min(interval, remaining))
    if (batch < batches && !(await timers.sleep(wait))) return true
  }
  const unfinished = trackUnfinished(context, peers)
  const timeLeft = Math.max(0, startedAt + timeout - monotonicNow(clock))
  // `close` clears the timers, and has reported the tasks itself.
  if ((await timers.within(timeLeft, unfinished.finished)) || timers.isCleared) return true
  unfinished.report(`drain: no longer waits after ${timeout} ms for`)
  return false
}
