// What the project has set itself for its hooks, and how far it is.

import { bytes } from '../../markdown.mjs'
import { MOST_RENDERS, isOurHook, partOf } from './ours.mjs'

/** @typedef {import('../suite.mjs').Goal} Goal */
/** @typedef {import('./flow.mjs').FlowRow} FlowRow */

/** CPU of a component that shows the last message, over that of the bare WebSocket that does, by messages per second. */
const MOST_COST = /** @type {const} */ ([
  [1000, 1.4],
  [20_000, 1.15],
])
/** CPU of a component that shows only the status over that of the core alone; and of 99 more that read no messages. */
const MOST_IDLE = 1.05
/** Bytes beyond a hand-written hook. */
const MOST_HEAP = 2500
/** In ms after the link died. */
const MOST_LEFT = 2100
const MOST_AGAIN = 3500

/**
 * @param {readonly import('./index.mjs').HooksRow[]} rows
 * @returns {Goal[]}
 */
export const goals = (rows) => {
  const flows = partOf(rows, 'flow')
  return [
    ...ofMessages(flows),
    ...ofCost(flows),
    ...ofSmoothness(flows),
    ...ofStatus(flows),
    ...ofReaders(flows),
    ...ofMemory(partOf(rows, 'memory')),
    ...ofHalfOpen(partOf(rows, 'halfOpen')),
    ...ofLeaks(partOf(rows, 'leaks')),
  ]
}

/**
 * One line for all of ours, if there are any.
 * @template {{ candidate: string }} Row
 * @param {string} goal
 * @param {readonly Row[]} rows
 * @param {(row: Row) => string} measured
 * @param {(row: Row) => boolean} met
 * @returns {Goal[]}
 */
function line(goal, rows, measured, met) {
  const ours = rows.filter(isOurHook)
  if (ours.length === 0) return []
  const measuredRows = ours.map((row) => `${row.candidate.replace('holdfast ', '')} ${measured(row)}`)
  return [{ goal, measured: measuredRows.join(', '), met: ours.every(met) }]
}

const one = (/** @type {readonly FlowRow[]} */ flows, /** @type {string} */ kind) =>
  flows.filter(({ work }) => work.kind === kind && !work.components)
const at = (/** @type {FlowRow} */ { work }) => `at ${work.rate}/s`

/** @param {readonly FlowRow[]} flows */
function ofMessages(flows) {
  const shown = flows.filter(({ work }) => !work.components && work.kind !== 'status')
  return [
    ...line(
      'every message reaches `useMessage` and `messages`',
      shown,
      (row) => `${row.lost + (row.unkept ?? 0)} lost ${at(row)}`,
      ({ lost, unkept }) => lost + (unkept ?? 0) === 0,
    ),
    ...line(
      `at most ${MOST_RENDERS} renders a second`,
      one(flows, 'last'),
      (row) => `${row.renders.max.toFixed(0)} ${at(row)}`,
      ({ renders }) => renders.max <= MOST_RENDERS,
    ),
  ]
}

/** @param {readonly FlowRow[]} flows */
const ofCost = (flows) =>
  MOST_COST.flatMap(([rate, most]) =>
    line(
      `main-thread CPU of the last message at ${rate}/s at most ${most} of bare`,
      one(flows, 'last').filter(({ work }) => work.rate === rate),
      ({ toBare }) => toBare.median.toFixed(2),
      ({ toBare }) => toBare.median <= most,
    ),
  )

/** @param {readonly FlowRow[]} flows */
function ofSmoothness(flows) {
  const shown = one(flows, 'last').map((row) => ({
    ...row,
    bare: flows.find((other) => other.candidate === 'bare' && sameWork(other, row)),
  }))
  return [
    ...line(
      'no task above 50 ms',
      shown,
      (row) => `${row.longTasks} ${at(row)} (bare ${row.bare?.longTasks})`,
      ({ longTasks }) => longTasks === 0,
    ),
    ...line(
      'frames dropped a second not above bare',
      shown,
      (row) => `${row.dropped?.median.toFixed(1)} ${at(row)} (bare ${row.bare?.dropped?.median.toFixed(1)})`,
      (row) => (row.dropped?.median ?? 0) <= (row.bare?.dropped?.median ?? 0),
    ),
  ]
}

const sameWork = (/** @type {FlowRow} */ one, /** @type {FlowRow} */ other) =>
  JSON.stringify(one.work) === JSON.stringify(other.work)

/** @param {readonly FlowRow[]} flows */
const ofStatus = (flows) => [
  ...line(
    'only the status read: 0 renders',
    one(flows, 'status'),
    (row) => `${row.renders.max} ${at(row)}`,
    ({ renders }) => renders.max === 0,
  ),
  ...line(
    `only the status read: CPU at most ${MOST_IDLE} of the core alone`,
    one(flows, 'status'),
    (row) => `${row.toCore.median.toFixed(2)} ${at(row)}`,
    ({ toCore }) => toCore.median <= MOST_IDLE,
  ),
]

/** @param {readonly FlowRow[]} flows */
const ofReaders = (flows) =>
  line(
    `99 more components on the connection that read no messages: CPU at most ${MOST_IDLE} of without them`,
    flows.filter(({ work }) => work.components === 100 && work.readers === 1),
    (row) => `${row.toOne?.median.toFixed(2)} ${at(row)}`,
    ({ toOne }) => (toOne?.median ?? Infinity) <= MOST_IDLE,
  )

/** @param {readonly import('./memory.mjs').MemoryRow[]} memory */
function ofMemory(memory) {
  const more = (/** @type {import('./memory.mjs').MemoryRow} */ { heap, framework }) =>
    heap - (memory.find(({ candidate }) => candidate === `hand-written ${framework}`)?.heap ?? Number.NaN)
  return line(
    `heap of a mounted component at most ${bytes(MOST_HEAP)} above a hand-written one`,
    memory,
    (row) => bytes(more(row)),
    (row) => more(row) <= MOST_HEAP,
  )
}

/** @param {readonly import('./halfOpen.mjs').HalfOpenRow[]} links */
const ofHalfOpen = (links) => [
  ...line(
    `half-open: \`open\` is left within ${MOST_LEFT} ms`,
    links,
    ({ left }) => `${left?.max ?? 'not'} ms`,
    ({ left }) => (left?.max ?? Infinity) <= MOST_LEFT,
  ),
  ...line(
    `half-open: open again within ${MOST_AGAIN} ms`,
    links,
    ({ again }) => `${again?.max ?? 'not'} ms`,
    ({ again }) => (again?.max ?? Infinity) <= MOST_AGAIN,
  ),
]

/** @param {readonly import('./leaks.mjs').LeaksRow[]} leaks */
const ofLeaks = (leaks) =>
  line(
    'mounting and unmounting leaves no socket and no timer, in StrictMode too',
    leaks,
    ({ sockets, timers, strict }) => `${sockets} and ${timers}${strict ? ' in StrictMode' : ''}`,
    ({ sockets, timers, opened, mounts }) => sockets + timers === 0 && opened === mounts,
  )
