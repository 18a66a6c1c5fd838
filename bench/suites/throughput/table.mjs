// The throughput table.

import { grouped, markdown, ratio } from '../../markdown.mjs'

const HEAD = /** @type {const} */ ([
  ['where'],
  ['workload'],
  ['rounds', 'right'],
  ['client'],
  ['messages/s', 'right'],
  ['ratio to bare', 'right'],
  ['CPU per message', 'right'],
  ['ratio to bare', 'right'],
])

/** @param {readonly import('./index.mjs').ThroughputRow[]} rows */
export function table(rows) {
  const body = rows.flatMap(({ platform, title, rounds, figures }) =>
    figures.map(({ candidate, perSecond, speed, cpuMicros, thrift }, index) => [
      index ? '' : platform,
      index ? '' : title,
      index ? '' : String(rounds),
      candidate,
      grouped(perSecond.median),
      index ? ratio(speed) : '1',
      `${cpuMicros.median.toFixed(2)} µs`,
      index ? ratio(thrift) : '1',
    ]),
  )
  return markdown(HEAD, body)
}
