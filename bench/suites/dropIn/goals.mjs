// The project's goals for the throughput of `ReconnectingWebSocket`.

import { ratio } from '../../markdown.mjs'
import { summarize } from './summarize.mjs'

/** Minimum share of the bare WebSocket's messages per second, in the same rounds. */
const LEAST = /** @type {Record<string, number>} */ ({ Node: 0.75, Chromium: 0.86 })

/**
 * @param {readonly import('./index.mjs').DropInRow[]} rows
 * @returns {import('../suite.mjs').Goal[]}
 */
export const goals = (rows) =>
  rows.flatMap((row) => {
    const { platform, workload } = row
    const least = LEAST[platform] ?? 1
    return summarize(row)
      .filter(({ candidate }) => candidate === 'holdfast class')
      .map(({ speed }) => ({
        goal: `\`ReconnectingWebSocket\`, ${workload}, ${platform}: at least ${least} of bare`,
        measured: `${ratio(speed)} of the messages/s`,
        met: speed.median >= least,
      }))
  })
