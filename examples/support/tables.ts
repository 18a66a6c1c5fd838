/** Reads the tables of a README, and the code in their first cells. */

export interface Row {
  /** The code in the first cell. */
  names: string[]
  cells: string[]
}

/** The rows of the table that has a row for `name`. */
export const tableWith = (name: string, markdown: string): Row[] => {
  const tables = markdown.split(/\n(?!\|)/).map((part) =>
    part.split('\n').map((line) => {
      const [, first = '', ...cells] = line.split('|').map((cell) => cell.trim())
      return { names: [...first.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code), cells }
    }),
  )
  return tables.find((rows) => rows.some(({ names }) => names.includes(name))) ?? []
}

/** The code in all first cells, sorted. */
export const namesIn = (rows: Row[]): string[] => rows.flatMap(({ names }) => names).sort()
