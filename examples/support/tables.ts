/** The tables of a README, and what their first cells name in code. */

export interface Row {
  /** What the first cell names in code. */
  names: string[]
  cells: string[]
}

/** The rows of the table that has one for `name`. */
export const tableWith = (name: string, markdown: string): Row[] => {
  const tables = markdown.split(/\n(?!\|)/).map((part) =>
    part.split('\n').map((line) => {
      const [, first = '', ...cells] = line.split('|').map((cell) => cell.trim())
      return { names: [...first.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code), cells }
    }),
  )
  return tables.find((rows) => rows.some(({ names }) => names.includes(name))) ?? []
}

/** All that the first cells name, sorted. */
export const namesIn = (rows: Row[]): string[] => rows.flatMap(({ names }) => names).sort()
