/** Mutants of the server: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'

export const serverMutants: readonly MutatedFile[] = []
