/** Mutants of the server: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'
import { connectionMutants } from './connections.ts'
import { streamMutants } from './streams.ts'

export const serverMutants: readonly MutatedFile[] = [...connectionMutants, ...streamMutants]
