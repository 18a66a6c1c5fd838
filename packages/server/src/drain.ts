/** A node going away without a stampede: its links are closed in small batches, evenly over a window. */

import { CODES } from './closeCodes.ts'
import type { Party } from './party.ts'
import type { Setting } from './setting.ts'

/** Between two batches, in ms. */
const STEP = 100
/** The hint spreads those of one batch, no further: the batches are spread already. */
const HINT = [0, 1000] as const

/** Resolves when all are closed, and what they had asked for is done. */
export const drainLinks = async ({ timers }: Setting, parties: readonly Party[], window: number): Promise<void> => {
  const batches = Math.max(1, Math.min(Math.ceil(window / STEP), parties.length))
  let gone = 0
  for (let batch = 1; batch <= batches; batch++) {
    const until = Math.round((parties.length * batch) / batches)
    for (const { link } of parties.slice(gone, until)) link.close(CODES.restart, 'drain', HINT)
    gone = until
    if (batch < batches && !(await timers.sleep(window / batches))) return
  }
  await Promise.all(parties.map((party) => party.settled()))
}
