// The tables of the cold suite.

import { best, bytes, markdown } from '../../markdown.mjs'

/** @typedef {import('./index.mjs').SizeRow} SizeRow */
/** @typedef {import('./index.mjs').StartRow} StartRow */

const SIZES = `Bundled and minified by esbuild for browsers, what a user imports and all that it needs, without the framework. Ours from the sources.`
const STARTS = `From nothing to connected: a fresh process of Node (in which \`ws\` is loaded already), a fresh page of Chromium; in turns; medians in ms
(least–greatest). A dial goes to a server on the same machine.`

/** @param {readonly import('./index.mjs').ColdRow[]} rows */
export function table(rows) {
  const sizes = rows.filter((row) => row.kind === 'size')
  const starts = rows.filter((row) => row.kind === 'start')
  const parts = [SIZES, sizeTable(sizes)]
  if (starts.length > 0) parts.push(STARTS, startTable(starts))
  return parts.join('\n\n')
}

/** @param {readonly SizeRow[]} rows */
function sizeTable(rows) {
  const body = ['core', 'Vue', 'React'].flatMap((kind) => {
    const here = rows.filter((row) => row.of === kind)
    const columns = /** @type {const} */ (['min', 'gzip', 'brotli']).map((key) => {
      const mark = best(here, (row) => row[key])
      return (/** @type {SizeRow} */ row) => mark(row, bytes(row[key]))
    })
    return here.map((row, index) => [index ? '' : kind, row.candidate, ...columns.map((cell) => cell(row))])
  })
  return markdown([['for'], ['client'], ['minified', 'right'], ['gzip', 'right'], ['brotli', 'right']], body)
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
  return markdown([['where'], ['client'], ['import', 'right'], ['until open', 'right'], ['together', 'right']], body)
}

/**
 * Bold for the least median; ▲ where three quarters of its starts were below three quarters of ours.
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
