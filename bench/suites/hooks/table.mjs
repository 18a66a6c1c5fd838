// The tables of the hooks, and what ours are not the best in.

import { bytes, decimal, markdown, ratio } from '../../markdown.mjs'
import { titleOf } from './flow.mjs'
import { isOurHook, isOurs, partOf } from './ours.mjs'
import { profileTable } from './profileTable.mjs'

/** @typedef {import('./flow.mjs').FlowRow} FlowRow */

/** What a cost must lie below ours by, to be called better. */
const NOISE = 0.98

const INTRODUCTION = `Components in a headless Chromium, frameworks built for production, text of 100 B, ours in bold. Less is better in every column but
"seen by effects". *bare* is a WebSocket without a framework that draws the newest once per frame, or nothing where only the status is
shown; ratios are of main-thread CPU in the same round, drawing included. At 1000/s drawing is most of the cost: where frames were dropped,
by a busy machine say, less was drawn, and the ratio flatters. "Seen by effects" is the share of messages that a watcher or an effect on the
last message ran for: ours run once per frame, and every message is for \`useMessage\`. Libraries that cannot share a connection are not in
the second table.`

/** @param {readonly import('./index.mjs').HooksRow[]} rows */
export function table(rows) {
  const flows = partOf(rows, 'flow')
  const sections = [
    flows.length > 0 ? INTRODUCTION : '',
    flowSection(flows, 'A component that shows something', ({ work }) => !work.components),
    flowSection(flows, 'Components that share one connection', ({ work }) => !!work.components),
    betterSection(flows),
    leaksSection(partOf(rows, 'leaks')),
    memorySection(partOf(rows, 'memory')),
    halfOpenSection(partOf(rows, 'halfOpen')),
    profileSection(partOf(rows, 'profile')),
  ]
  return sections.filter(Boolean).join('\n\n')
}

/** @type {readonly (readonly [title: string, align?: 'right'])[]} */
const FLOW_HEAD = [
  ['shown'],
  ['messages/s', 'right'],
  ['candidate'],
  ['CPU ms per 1000', 'right'],
  ['ratio to bare', 'right'],
  ['renders/s', 'right'],
  ['seen by effects', 'right'],
  ['lost in the callback', 'right'],
  ['lost in the history', 'right'],
  ['frames dropped/s', 'right'],
  ['tasks > 50 ms', 'right'],
]
const AFTER_RATIO = 5
const TO_ONE = /** @type {const} */ (['to one component', 'right'])

/**
 * @param {readonly FlowRow[]} flows
 * @param {string} title
 * @param {(row: FlowRow) => boolean} belongs
 */
function flowSection(flows, title, belongs) {
  const rows = flows.filter(belongs)
  if (rows.length === 0) return ''
  const shared = rows.some(({ toOne }) => toOne)
  const head = shared ? [...FLOW_HEAD.slice(0, AFTER_RATIO), TO_ONE, ...FLOW_HEAD.slice(AFTER_RATIO)] : FLOW_HEAD
  const body = rows.map((row, index) => {
    const { work, candidate, cost, toBare, toOne, renders, effects, lost, unkept, dropped, longTasks, longestTask } =
      row
    const first =
      titleOf(work) !== titleOf(rows[index - 1]?.work ?? { ...work, kind: work.kind === 'last' ? 'list' : 'last' }) ||
      rows[index - 1]?.work.rate !== work.rate
    return [
      first ? titleOf(work) : '',
      first ? String(work.rate) : '',
      isOurs(row) ? `**${candidate}**` : candidate,
      decimal(cost.median),
      candidate === 'bare' ? '1' : ratio(toBare),
      ...(shared ? [toOne && candidate !== 'bare' && work.components !== 1 ? ratio(toOne) : ''] : []),
      decimal(renders.median),
      work.kind === 'status' || work.components || effects === 0 ? '' : share(effects),
      String(lost),
      unkept === undefined ? '' : String(unkept),
      dropped ? decimal(dropped.median) : '',
      dropped ? (longTasks ? `${longTasks} (${longestTask.toFixed(0)} ms)` : '0') : '',
    ]
  })
  return `### ${title}\n\n${markdown(head, body)}`
}

/** Never all or nothing unless it is. */
const share = (/** @type {number} */ part) => {
  if (part > 0.99 && part < 1) return '> 99 %'
  return part > 0 && part < 0.01 ? '< 1 %' : `${Math.round(part * 100)} %`
}

/** Where a hook of the same framework is cheaper than ours. @param {readonly FlowRow[]} flows */
function betterSection(flows) {
  const found = flows.filter(isOurHook).flatMap((ours) => {
    const framework = frameworkOf(ours.candidate)
    const better = flows.filter(
      (row) =>
        JSON.stringify(row.work) === JSON.stringify(ours.work) &&
        !isOurs(row) &&
        frameworkOf(row.candidate) === framework &&
        row.toBare.median < ours.toBare.median * NOISE,
    )
    return better.map(
      ({ candidate, toBare, unkept }) =>
        `- ${titleOf(ours.work)}, ${ours.work.rate}/s: ${candidate} ${toBare.median.toFixed(2)}${unkept ? `, losing ${unkept} messages` : ''}; ` +
        `${ours.candidate} ${ours.toBare.median.toFixed(2)}`,
    )
  })
  if (flows.length === 0) return ''
  const verdict =
    found.length > 0
      ? `Cheaper than ours by more than two per cent, in the same framework:\n\n${found.join('\n')}`
      : 'No hook is cheaper than ours of the same framework by more than two per cent.'
  return verdict
}

const frameworkOf = (/** @type {string} */ candidate) => {
  if (/vue/i.test(candidate)) return 'vue'
  return /^(bare|holdfast)$/.test(candidate) ? undefined : 'react'
}

/** @param {readonly import('./profile.mjs').ProfileRow[]} rows */
const profileSection = (rows) =>
  rows.length > 0 ? `### Where the time goes at 20 000 messages a second\n\n${profileTable(rows)}` : ''

/** @param {readonly import('./leaks.mjs').LeaksRow[]} rows */
function leaksSection(rows) {
  if (rows.length === 0) return ''
  const head = /** @type {const} */ ([
    ['candidate'],
    ['mounts', 'right'],
    ['sockets opened', 'right'],
    ['sockets left', 'right'],
    ['timers left', 'right'],
    ['listeners left', 'right'],
    ['heap left per mount', 'right'],
  ])
  const body = rows.map((row) => [
    `${isOurs(row) ? `**${row.candidate}**` : row.candidate}${row.strict ? ', StrictMode' : ''}`,
    ...[row.mounts, row.opened, row.sockets, row.timers, row.listeners].map(String),
    bytes(row.heap),
  ])
  return `### Mounting and unmounting\n\n${markdown(head, body)}`
}

/** @param {readonly import('./memory.mjs').MemoryRow[]} rows */
function memorySection(rows) {
  if (rows.length === 0) return ''
  const head = /** @type {const} */ ([
    ['candidate'],
    ['mounted', 'right'],
    ['heap of each', 'right'],
    ['beyond a hand-written one', 'right'],
  ])
  const body = rows.map((row) => {
    const hand = rows.find(({ candidate }) => candidate === `hand-written ${row.framework}`)
    const own = isOurs(row) ? `**${row.candidate}**` : row.candidate
    return [own, String(row.mounted), bytes(row.heap), hand && hand !== row ? bytes(row.heap - hand.heap) : '']
  })
  return `### Mounted components, each with an open socket\n\n${markdown(head, body)}`
}

/** @param {readonly import('./halfOpen.mjs').HalfOpenRow[]} rows */
function halfOpenSection(rows) {
  if (rows.length === 0) return ''
  const head = /** @type {const} */ ([
    ['candidate'],
    ['links', 'right'],
    ['left `open` after', 'right'],
    ['open again after', 'right'],
  ])
  const time = (/** @type {import('../../statistics.mjs').Spread | undefined} */ found) =>
    found ? `${Math.round(found.median)} ms (${Math.round(found.min)}–${Math.round(found.max)})` : 'more than 10 s'
  const body = rows.map((row) => [
    isOurs(row) ? `**${row.candidate}**` : row.candidate,
    String(row.links),
    time(row.left),
    time(row.again),
  ])
  return `### A connection that stops responding, heartbeat 1 s and 1 s\n\n${markdown(head, body)}`
}
