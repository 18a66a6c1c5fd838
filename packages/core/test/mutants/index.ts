/** Mutants of the core: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'
import { baseMutants } from './base.ts'
import { clientMutants } from './client.ts'
import { engineMutants } from './engine.ts'
import { eventSourceMutants } from './eventSource.ts'
import { sessionMutants } from './session.ts'

export const coreMutants: readonly MutatedFile[] = [
  ...baseMutants,
  ...clientMutants,
  ...engineMutants,
  ...eventSourceMutants,
  ...sessionMutants,
]
