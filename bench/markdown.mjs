// Tables in markdown, and how figures are written in them.

/**
 * @param {readonly (readonly [title: string, align?: 'right'])[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function markdown(head, rows) {
  const cells = [head.map(([title]) => title), head.map(([, align]) => (align ? '--:' : '---')), ...rows]
  const widths = head.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  return cells.map(row => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`).join('\n')
}

/** A whole number with thin groups: 12 345. */
export const grouped = (/** @type {number} */ value) => Math.round(value).toLocaleString('en').replaceAll(',', ' ')

/** @param {import('./statistics.mjs').Spread} spread */
export const ratio = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`
