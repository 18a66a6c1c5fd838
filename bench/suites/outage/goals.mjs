// The project's goals for outages.

import { worst } from './table.mjs'

/** What begins the goals of a candidate. */
const LABELS = new Map([
  ['holdfast', ''],
  ['holdfast class', '`ReconnectingWebSocket`, '],
])

/**
 * @param {readonly import('./index.mjs').OutageRow[]} rows
 * @returns {import('../suite.mjs').Goal[]}
 */
export function goals(rows) {
  const ours = rows.flatMap((row) => (row.kind === 'real' && LABELS.has(row.candidate) ? [row] : []))
  return ours.flatMap(({ candidate, platform, halfOpen }) => {
    const limit = (
      /** @type {string} */ goal,
      /** @type {'left' | 'back' | 'lag'} */ key,
      /** @type {number} */ most,
    ) => {
      const value = worst(halfOpen.map((run) => run[key]))
      return {
        goal: `${LABELS.get(candidate)}half-open, heartbeat 1 s / 1 s, ${platform}: ${goal}`,
        measured: `${Math.round(value)} ms at worst`,
        met: value <= most,
      }
    }
    return [
      limit('left `open` within 2.1 s', 'left', 2100),
      limit('open again within 3.5 s', 'back', 3500),
      limit('open within 50 ms of the first possible attempt', 'lag', 50),
    ]
  })
}
