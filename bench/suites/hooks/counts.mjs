// The counts of our hooks, which do not depend on the speed of the machine.

import { titleOf } from './flow.mjs'
import { MOST_RENDERS, isOurHook, isOurs, partOf } from './ours.mjs'

/**
 * @param {readonly import('./index.mjs').HooksRow[]} rows
 * @returns {import('../suite.mjs').Count[]}
 */
export const counts = (rows) => [
  ...partOf(rows, 'flow').filter(isOurs).flatMap(ofFlow),
  ...partOf(rows, 'leaks').filter(isOurHook).flatMap(ofLeaks),
]

/**
 * @param {import('./flow.mjs').FlowRow} row
 * @returns {import('../suite.mjs').Count[]}
 */
function ofFlow({ work, candidate, renders, lost, unkept }) {
  const where = `${candidate}, ${titleOf(work)}, ${work.rate}/s`
  const readers = work.kind === 'status' ? 0 : (work.readers ?? 1)
  return [
    { what: `${where}: renders per second`, value: renders.max, most: MOST_RENDERS * readers },
    { what: `${where}: messages lost`, value: lost, most: 0 },
    ...(unkept === undefined ? [] : [{ what: `${where}: messages not in the history`, value: unkept, most: 0 }]),
  ]
}

/**
 * @param {import('./leaks.mjs').LeaksRow} row
 * @returns {import('../suite.mjs').Count[]}
 */
function ofLeaks({ candidate, strict, mounts, opened, sockets, timers, listeners }) {
  const where = `${candidate}, ${mounts} mounts${strict ? ' in StrictMode' : ''}`
  return [
    { what: `${where}: sockets opened besides one each`, value: Math.abs(opened - mounts), most: 0 },
    { what: `${where}: sockets left`, value: sockets, most: 0 },
    { what: `${where}: timers left`, value: timers, most: 0 },
    { what: `${where}: listeners left`, value: listeners, most: 0 },
  ]
}
