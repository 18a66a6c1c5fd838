// The table of the memory suite.

import { best, bytes, decimal, markdown } from '../../markdown.mjs'

const TEXT = `Node. Heap per idle client: 1 000 of them connected to the real server, garbage collected; the median of the samples, less that of the
bare socket. Timers and listeners: counted over a fake network in fake time, so they are exact. Allocation: events made beforehand are
passed to the client through a socket that does nothing else, in a process whose heap is never collected meanwhile; the growth of
the heap is what the client allocated itself. The best of the clients is bold; ▲ is better than ours.`

/** @param {readonly import('./index.mjs').MemoryRow[]} rows */
export function table(rows) {
  const clients = rows.filter(({ candidate, heartbeat }) => candidate !== 'bare' && !heartbeat)
  const column = (
    /** @type {(row: import('./index.mjs').MemoryRow) => number} */ of,
    /** @type {(value: number) => string} */ write,
  ) => {
    const mark = best(clients, of)
    return (/** @type {import('./index.mjs').MemoryRow} */ row) => mark(row, write(of(row)))
  }
  const columns = [
    column(({ beyond }) => Math.round(beyond / 10) * 10, bytes),
    column(({ timersAtOnce }) => timersAtOnce, decimal),
    column(({ timersLater }) => timersLater, decimal),
    column(({ listeners }) => listeners, decimal),
    column(({ received }) => Math.round(received), bytes),
    column(({ sent }) => Math.round(sent), bytes),
  ]
  const body = rows.map((row) => [
    row.heartbeat ? `${row.candidate}, heartbeat on` : row.candidate,
    ...columns.map((cell, index) =>
      index === 0 && row.candidate === 'bare' ? `0 (${bytes(row.heap.median)} in all)` : cell(row),
    ),
  ])
  return `${TEXT}\n\n${markdown(
    [
      ['client'],
      ['heap per idle client beyond bare', 'right'],
      ['timers when just open', 'right'],
      ['timers a minute later', 'right'],
      ['listeners on the socket', 'right'],
      ['allocated per message received', 'right'],
      ['per message sent', 'right'],
    ],
    body,
  )}\n\n${rows
    .filter(({ candidate }) => candidate === 'holdfast')
    .map(profile)
    .join('\n')}`
}

/** @param {import('./index.mjs').MemoryRow} row */
function profile({ heartbeat, receivedAt, sentAt }) {
  const list = (/** @type {readonly import('./allocationProfile.mjs').Site[]} */ sites) =>
    sites.map(({ name, bytes: each }) => `\`${name}\` ${bytes(each)}`).join(', ') || 'nothing'
  return `- Allocation profile of ours${heartbeat ? ', heartbeat on' : ''}: a message received: ${list(receivedAt)}; a message sent: ${list(sentAt)}.`
}
