// The tables of the outage suite.

import { best, markdown } from '../../markdown.mjs'
import { spread } from '../../statistics.mjs'

/** @typedef {import('./index.mjs').RealRow} RealRow */
/** @typedef {import('./index.mjs').SimulatedRow} SimulatedRow */

const REAL = `Half-open connection: the server stops responding on one connection, TCP stays open, new connections are served; heartbeat 1 s / 1 s
if a client has one; ten clients at once, each at another point of its heartbeat; median (maximum), observed for 10 s. "From the first
possible attempt" is the time from the attempt that the client's policy announced until open. Server down for 10 s: its process exits, and
another listens on the same port; one client of each, all at the same time. With one client the last column is a single random value: the next table has a hundred clients.`

const SIMULATED = `The backoff policies alone, simulated with a fake clock and a network that accepts or refuses at once, with 100 clients each; median
(minimum–maximum); each client of reconnecting-websocket gets its own random per-page delay. Storm: 1 000 clients lose the server at the
same time and can reconnect at once; the 100 ms with the most attempts, and their ratio to the mean of the first ten seconds (100 means all
attempts in one bin); once cut without a close frame, once closed with 1012 (restart).`

/** @param {readonly import('./index.mjs').OutageRow[]} rows */
export function table(rows) {
  const real = rows.filter((row) => row.kind === 'real')
  const simulated = rows.filter((row) => row.kind === 'simulated')
  const parts = []
  if (real.length > 0) parts.push(REAL, realTable(real))
  if (simulated.length > 0) parts.push(SIMULATED, simulatedTable(simulated))
  return parts.join('\n\n')
}

/** @param {readonly RealRow[]} rows */
function realTable(rows) {
  const cells = ['Node', 'Chromium'].flatMap((platform) => {
    const here = rows.filter((row) => row.platform === platform)
    const columns = [
      column(
        here,
        ({ halfOpen }) => worst(halfOpen.map(({ left }) => left)),
        ({ halfOpen }) => times(halfOpen.map(({ left }) => left)),
      ),
      column(
        here,
        ({ halfOpen }) => worst(halfOpen.map(({ back }) => back)),
        ({ halfOpen }) => times(halfOpen.map(({ back }) => back)),
      ),
      (/** @type {RealRow} */ { halfOpen }) =>
        halfOpen.every(({ lag }) => lag === null)
          ? '—'
          : times(
              halfOpen.map(({ lag }) => lag),
              'ms',
            ),
      (/** @type {RealRow} */ { candidate, down }) => (candidate === 'bare' ? '—' : `${down.attempts}`),
      (/** @type {RealRow} */ { down }) => times([down.back]),
    ]
    return here.map((row, index) => [index ? '' : platform, row.candidate, ...columns.map((cell) => cell(row))])
  })
  return markdown(
    [
      ['where'],
      ['client'],
      ['half-open: left `open` after', 'right'],
      ['open again after', 'right'],
      ['from the first possible attempt', 'right'],
      ['dials in 10 s away', 'right'],
      ['open, after the server is back', 'right'],
    ],
    cells,
  )
}

/** @param {readonly SimulatedRow[]} rows */
function simulatedTable(rows) {
  const columns = [
    (/** @type {SimulatedRow} */ { attempts10 }) => range(attempts10),
    column(
      rows,
      ({ back10 }) => back10?.median ?? Infinity,
      ({ back10 }) => seconds(back10),
    ),
    (/** @type {SimulatedRow} */ { attempts120 }) => range(attempts120),
    column(
      rows,
      ({ back120 }) => back120?.median ?? Infinity,
      ({ back120 }) => seconds(back120),
    ),
    column(
      rows,
      ({ cut }) => cut.peak,
      ({ cut }) => `${cut.peak} (${cut.overMean.toFixed(0)})`,
    ),
    column(
      rows,
      ({ restart }) => restart.peak,
      ({ restart }) => `${restart.peak} (${restart.overMean.toFixed(0)})`,
    ),
  ]
  return markdown(
    [
      ['client'],
      ['dials in 10 s', 'right'],
      ['open, after the server is back', 'right'],
      ['dials in 120 s', 'right'],
      ['open, after the server is back', 'right'],
      ['storm after a cut: worst 100 ms (over mean)', 'right'],
      ['storm after 1012', 'right'],
    ],
    rows.map((row) => [row.candidate, ...columns.map((cell) => cell(row))]),
  )
}

/**
 * @template {{ candidate: string }} Row
 * @param {readonly Row[]} rows
 * @param {(row: Row) => number} of less is better
 * @param {(row: Row) => string} write
 */
function column(rows, of, write) {
  const mark = best(
    rows.filter((row) => Number.isFinite(of(row))),
    of,
  )
  return (/** @type {Row} */ row) => mark(row, write(row))
}

/** @param {readonly (number | null)[]} values null: not within the patience */
export const worst = (values) => Math.max(...values.map((value) => value ?? Infinity))

/**
 * @param {readonly (number | null)[]} values
 * @param {'s' | 'ms'} [unit]
 */
function times(values, unit = 's') {
  if (values.includes(null)) return '> 10 s'
  const { median, max } = spread(/** @type {number[]} */ (values))
  const write = (/** @type {number} */ value) => (unit === 's' ? (value / 1000).toFixed(2) : value.toFixed(0))
  return values.length > 1 ? `${write(median)} ${unit} (${write(max)})` : `${write(median)} ${unit}`
}

/** @param {import('../../statistics.mjs').Spread} spread */
const range = ({ median, min, max }) => `${Math.round(median)} (${min}–${max})`

/** @param {import('../../statistics.mjs').Spread | null} spread */
const seconds = (spread) =>
  spread
    ? `${(spread.median / 1000).toFixed(1)} s (${(spread.min / 1000).toFixed(1)}–${(spread.max / 1000).toFixed(1)})`
    : '> 60 s'
