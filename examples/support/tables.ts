/** Reads the tables of a page, and the code in their first cells. */

export interface Row {
  /** The first cell. */
  first: string
  /** The code in the first cell. */
  names: string[]
  cells: string[]
}

const tableRows = (table: string): Row[] =>
  table.split('\n').map((line) => {
    const [, first = '', ...cells] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    return { first, names: [...first.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code), cells }
  })

/** The rows of the table that has a row for `name`. */
export const tableWith = (name: string, markdown: string): Row[] => {
  const tables = markdown.split(/\n(?!\|)/).map(tableRows)
  return tables.find((rows) => rows.some(({ names }) => names.includes(name))) ?? []
}

/** The rows of all tables of a page whose first column has this heading. */
export const rowsUnder = (heading: RegExp, markdown: string): Row[] =>
  markdown
    .split(/\n(?!\|)/)
    .map((part) => part.trim())
    .filter((part) => heading.test(/^\| ([^|]*) \|/.exec(part)?.[1] ?? ''))
    .flatMap((part) => tableRows(part).slice(2))

/** The code in all first cells, sorted. */
export const namesIn = (rows: Row[]): string[] => rows.flatMap(({ names }) => names).sort()
