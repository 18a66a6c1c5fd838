/** A mutant is a bug of one place, seeded into a source file. `npm run mutate` checks that the tests notice it. */

export interface Mutant {
  /** What the changed source does wrong. */
  readonly bug: string
  /** The text to replace. Occurs exactly once in the file; line breaks do not matter, because the formatter decides where they are. */
  readonly find: string
  readonly replace: string
  /** Why no test can notice it, for a mutant that is known to survive. */
  readonly equivalent?: string | undefined
}

/** A mutant as a row of a list. */
export type MutantRow = readonly [bug: string, find: string, replace: string, equivalent?: string]

/** The mutants of one source file. */
export interface MutatedFile {
  /** Relative to `packages/`. */
  readonly file: string
  /** Test files and folders that use the file, relative to `packages/`; of a file name its beginning is enough. */
  readonly tests: readonly string[]
  readonly mutants: readonly MutantRow[]
}

/** One mutant with its file. */
export interface SeededMutant extends Mutant {
  /** Relative to `packages/`. */
  readonly file: string
  readonly tests: readonly string[]
}

export const mutantsOf = (files: readonly MutatedFile[]): SeededMutant[] =>
  files.flatMap(({ file, tests, mutants }) =>
    mutants.map(([bug, find, replace, equivalent]) => ({ bug, find, replace, equivalent, file, tests })),
  )

/** @throws Error unless the text to be replaced occurs exactly once */
export const applyMutant = (code: string, { bug, find, replace }: Pick<Mutant, 'bug' | 'find' | 'replace'>): string => {
  const pattern = find
    .trim()
    .replaceAll(/[^\w\s]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
  const parts = code.split(new RegExp(pattern))
  if (parts.length !== 2) throw new Error(`"${bug}": found ${parts.length - 1} times instead of once: ${find}`)
  return parts.join(replace)
}
