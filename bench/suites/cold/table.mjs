// The tables of the cold suite.

import { best, bytes, markdown } from '../../markdown.mjs'

/** @typedef {import('./index.mjs').SizeRow} SizeRow */
/** @typedef {import('./index.mjs').StartRow} StartRow */

const SIZES = `A user's import with all of its dependencies except the framework, bundled and minified by esbuild for browsers, at the targets ES2022 and
ES2020. Ours is built from the sources.`
const STARTS = `The time to load a client and to connect, in a new Node process (in which \`ws\` is already loaded) or a new page of Chromium. The
clients take turns; medians in ms (minimum–maximum). The server runs on the same machine.`

/** @param {readonly import('./index.mjs').ColdRow[]} rows */
export function table(rows) {
  const sizes = rows.filter((row) => row.kind === 'size')
  const starts = rows.filter((row) => row.kind === 'start')
  const parts = [SIZES, sizeTable(sizes)]
  if (starts.length > 0) parts.push(STARTS, startTable(starts))
  return parts.join('\n\n')
}

/** @type {readonly { title: string, of: (row: SizeRow) => number }[]} NaN where the target was not measured */
const SIZE_COLUMNS = [
  { title: 'minified', of: (row) => row.min },
  { title: 'gzip', of: (row) => row.gzip },
  { title: 'brotli', of: (row) => row.brotli },
  { title: 'gzip, ES2020', of: (row) => row.es2020?.gzip ?? Number.NaN },
]

/** @param {readonly SizeRow[]} rows */
function sizeTable(rows) {
  const body = ['core', 'Vue', 'React'].flatMap((kind) => {
    const here = rows.filter((row) => row.of === kind)
    const columns = SIZE_COLUMNS.map(({ of }) => {
      const mark = best(here, of)
      return (/** @type {SizeRow} */ row) => (Number.isNaN(of(row)) ? '—' : mark(row, bytes(of(row))))
    })
    return here.map((row, index) => [index ? '' : kind, row.candidate, ...columns.map((cell) => cell(row))])
  })
  const head = SIZE_COLUMNS.map(({ title }) => /** @type {const} */ ([title, 'right']))
  return markdown([['for'], ['client'], ...head], body)
}

/** @param {readonly StartRow[]} rows */
function startTable(rows) {
  const body = ['Node', 'Chromium'].flatMap((platform) => {
    const here = rows.filter((row) => row.platform === platform)
    const clients = here.filter(({ candidate }) => candidate !== 'bare')
    const columns = /** @type {const} */ (['load', 'open', 'total']).map((key) => {
      const mark = beyondNoise(clients, key)
      return (/** @type {StartRow} */ row) =>
        mark(row, `${row[key].median.toFixed(1)} (${row[key].min.toFixed(1)}–${row[key].max.toFixed(1)})`)
    })
    return here.map((row, index) => [index ? '' : platform, row.candidate, ...columns.map((cell) => cell(row))])
  })
  return markdown([['where'], ['client'], ['import', 'right'], ['until open', 'right'], ['total', 'right']], body)
}

/**
 * Bold for the smallest median; ▲ if three quarters of a client's starts were faster than three quarters of ours.
 * @param {readonly StartRow[]} rows
 * @param {'load' | 'open' | 'total'} key
 */
function beyondNoise(rows, key) {
  const least = Math.min(...rows.map((row) => row[key].median))
  const ours = rows.find(({ candidate }) => candidate === 'holdfast')
  return (/** @type {StartRow} */ row, /** @type {string} */ cell) => {
    if (!rows.includes(row)) return cell
    const marked = row[key].median === least ? `**${cell}**` : cell
    return ours && row[key].high < ours[key].low ? `${marked} ▲` : marked
  }
}
