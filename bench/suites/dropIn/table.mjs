// The table of the drop-in classes.

import { grouped, markdown, ratio } from '../../markdown.mjs'
import { summarize } from './summarize.mjs'

const HEAD = /** @type {const} */ ([
  ['where'],
  ['workload'],
  ['client'],
  ['messages/s', 'right'],
  ['ratio to bare', 'right'],
  ['of each run', 'right'],
  ['CPU ratio to bare', 'right'],
])

/** @param {readonly import('./index.mjs').DropInRow[]} rows */
export function table(rows) {
  const rounds = rows.flatMap(({ runs }) => runs.map((run) => run.rounds))
  const text = `Classes that replace \`WebSocket\`: each message is a \`message\` event. Messages of 100 B. ${rows[0]?.runs.length} runs with new processes and
pages, each of ${Math.min(...rounds)} to ${Math.max(...rounds)} rounds. Ratios are to bare in the same round, above 1 is better: the median of the runs (minimum–maximum of all rounds).
No message was lost or doubled unless the row contains a count.`
  const body = rows.flatMap((row) =>
    summarize(row).map(({ candidate, perSecond, speeds, speed, thrift, lost, doubled }, index) => [
      index ? '' : row.platform,
      index ? '' : row.title,
      `${candidate}${lost + doubled > 0 ? ` (${lost} lost, ${doubled} doubled)` : ''}`,
      grouped(perSecond),
      index ? ratio(speed) : '1',
      index ? speeds.map((value) => value.toFixed(2)).join(', ') : '',
      index ? ratio(thrift) : '1',
    ]),
  )
  return `${text}\n\n${markdown(HEAD, body)}`
}
