/** Reads which defects and reports a test file protects. */

import { readFileSync } from 'node:fs'

const packages = new URL('../../../', import.meta.url)

/**
 * Returns the numbers with which titles of tests of a file begin: `(V1, phoenix#6534) a title`. Comment lines are skipped.
 *
 * @param path relative to `packages/`
 */
export const numbersInTitles = (path: string): string[] => {
  const code = readFileSync(new URL(path, packages), 'utf8').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '')
  const starts = code.match(/(?<=['"`])(?:\([^()]+\) )+/g) ?? []
  return starts.flatMap((start) => start.match(/[^(), ]+/g) ?? [])
}
