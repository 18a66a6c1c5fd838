// Formats tables and numbers in markdown.

/**
 * @param {readonly (readonly [title: string, align?: 'right'])[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function markdown(head, rows) {
  const cells = [head.map(([title]) => title), head.map(([, align]) => (align ? '--:' : '---')), ...rows]
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  return cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`).join('\n')
}

/** A whole number in groups of three digits: 12 345. */
export const grouped = (/** @type {number} */ value) => Math.round(value).toLocaleString('en').replaceAll(',', ' ')

/** @param {import('./statistics.mjs').Spread} spread */
export const ratio = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`

/** Bytes as 90 B or 2.1 kB. */
export const bytes = (/** @type {number} */ value) =>
  Math.abs(value) < 1000 ? `${Math.round(value)} B` : `${(value / 1000).toFixed(1)} kB`

/** With at most one decimal. */
export const decimal = (/** @type {number} */ value) => String(Number(value.toFixed(1)))

/**
 * Marks cells of a column in which less is better: bold for the best, ▲ for those better than ours.
 * @template {{ candidate: string }} Row
 * @param {readonly Row[]} rows that compete
 * @param {(row: Row) => number} of
 * @returns {(row: Row, cell: string) => string}
 */
export function best(rows, of) {
  const least = Math.min(...rows.map(of))
  const ours = rows.find(({ candidate }) => candidate === 'holdfast')
  return (row, cell) => {
    if (!rows.includes(row)) return cell
    const marked = of(row) === least ? `**${cell}**` : cell
    return ours && of(row) < of(ours) ? `${marked} ▲` : marked
  }
}
