// The throughput table.

import { decimal, grouped, markdown, ratio } from '../../markdown.mjs'
import { isBetter } from '../../statistics.mjs'
import { ES2020, isPeer } from './entrants.mjs'

const TEXT = `Medians of the rounds; ratios are to bare in the same round (minimum–maximum), above 1 is better. CPU is that of the client's thread: in Node
its process, in Chromium the page's main thread. At a given rate the CPU matters, and the percentage of messages that arrived more than
50 ms late. No message was lost or doubled unless the row contains a count. The least CPU of the clients is bold. ▲ marks a client that needs less
CPU than ours by more than noise: in three rounds of four, by more than 2 % in the median, and by more than half of the interquartile range.
\`${ES2020}\` is our client bundled for the target ES2020 instead of ES2022; its last column is the ratio of its CPU to that at ES2022.`

const HEAD = /** @type {const} */ ([
  ['where'],
  ['workload'],
  ['rounds', 'right'],
  ['client'],
  ['messages/s', 'right'],
  ['ratio to bare', 'right'],
  ['CPU per message', 'right'],
  ['ratio to bare', 'right'],
  ['late', 'right'],
  ['CPU ratio to ES2022', 'right'],
])

/** @param {readonly import('./index.mjs').ThroughputRow[]} rows */
export function table(rows) {
  const body = rows.flatMap(({ platform, workload, title, rate, rounds, figures }) =>
    figures.map((its, index) => [
      index ? '' : platform,
      index ? '' : title,
      index ? '' : String(rounds),
      `${its.candidate}${losses(its)}`,
      grouped(its.perSecond.median),
      index === 0 ? '1' : rate > 0 ? '—' : ratio(its.speed),
      marked(its, figures),
      index === 0 ? '1' : ratio(its.thrift),
      rate > 0 && workload.startsWith('receive') ? `${decimal(its.late)} %` : '',
      its.candidate === ES2020 ? ratio(its.toOurs) : '',
    ]),
  )
  return `${TEXT}\n\n${markdown(HEAD, body)}`
}

/** @param {import('./measure.mjs').Figures} figures */
const losses = ({ lost, doubled }) => (lost + doubled > 0 ? ` (${lost} lost, ${doubled} doubled)` : '')

/**
 * @param {import('./measure.mjs').Figures} its
 * @param {readonly import('./measure.mjs').Figures[]} all
 */
function marked(its, all) {
  const clients = all.filter(({ candidate }) => candidate === 'holdfast' || isPeer(candidate))
  const cell = `${its.cpuMicros.median.toFixed(2)} µs`
  if (!clients.includes(its)) return cell
  const least = Math.min(...clients.map(({ cpuMicros }) => cpuMicros.median))
  return `${its.cpuMicros.median === least ? `**${cell}**` : cell}${isBetter(its.toOurs) ? ' ▲' : ''}`
}
