/** A node going away without a stampede: its links are closed in small batches, evenly over a window. */

import { CODES } from './protocol/closeCodes.ts'
import type { Party } from './peers/peer.ts'
import type { Setting } from './context/hubContext.ts'

/** Between two batches, in ms. */
const STEP = 100
/** The hint spreads those of one batch, no further: the batches are spread already. */
const HINT = [0, 1000] as const

/** Of the time between two batches, what is left of it at the least when the drain is late. */
const HASTE = 0.8

/** Resolves when all are closed, and what they had asked for is done. */
export const drainLinks = async (
  { clock, timers }: Setting,
  parties: readonly Party[],
  window: number,
): Promise<void> => {
  const batches = Math.max(1, Math.min(Math.ceil(window / STEP), parties.length))
  const step = window / batches
  const begun = clock.now()
  let gone = 0
  for (let batch = 1; batch <= batches; batch++) {
    const until = Math.round((parties.length * batch) / batches)
    for (const { link } of parties.slice(gone, until)) link.close(CODES.restart, 'drain', HINT)
    gone = until
    // Timers are late, and lateness adds up: what was lost is made good, though never by a rush, for clocks are set, too.
    const wait = Math.max(step * HASTE, Math.min(step, begun + batch * step - clock.now()))
    if (batch < batches && !(await timers.sleep(wait))) return
  }
  await Promise.all(parties.map((party) => party.settled()))
}
