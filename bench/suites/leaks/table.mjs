// The table of the leaks suite, and its goal.

import { bytes, markdown } from '../../markdown.mjs'

/** @param {readonly import('./index.mjs').LeaksRow[]} rows */
export function table(rows) {
  const text =
    `Connect, send a message and receive the answer, close: ${rows[0]?.cycles} times, after twice as many for warming up. Counted when the last socket has ended, or\n` +
    'after 5 s: timers through wrapped `setTimeout` and `setInterval`, listeners on window and document. The heap is compared after\n' +
    'collecting garbage. Those of the hooks are in the section of the hooks.'
  const body = rows.map(({ platform, candidate, opened, left, timers, listeners, growth }) => [
    platform,
    candidate,
    `${opened}`,
    `${left}`,
    `${timers}`,
    `${listeners}`,
    bytes(growth),
  ])
  return `${text}\n\n${markdown(
    [
      ['where'],
      ['client'],
      ['sockets opened', 'right'],
      ['sockets left', 'right'],
      ['timers left', 'right'],
      ['listeners left', 'right'],
      ['heap growth per cycle', 'right'],
    ],
    body,
  )}`
}

/**
 * @param {readonly import('./index.mjs').LeaksRow[]} rows
 * @returns {import('../suite.mjs').Goal[]}
 */
export const goals = (rows) =>
  rows
    .filter(({ candidate }) => candidate === 'holdfast')
    .map(({ platform, cycles, opened, left, timers, listeners, growth }) => ({
      goal: `${cycles} connects and closes of the core leave nothing, ${platform}`,
      measured: `${opened} sockets opened; left: ${left} sockets, ${timers} timers, ${listeners} listeners, ${bytes(growth)} per cycle`,
      met: opened === cycles && left + timers + listeners === 0 && growth < 1000,
    }))
