/** Mutants of the server: see CONTRIBUTING.md. */

import type { MutatedFile } from '../../../../scripts/mutate/mutant.ts'
import { connectionMutants } from './connections.ts'
import { contextMutants } from './context.ts'
import { hubMutants } from './hub.ts'
import { memoryMutants } from './memory.ts'
import { sessionMutants } from './sessions.ts'
import { streamMutants } from './streams.ts'

export const serverMutants: readonly MutatedFile[] = [
  ...connectionMutants,
  ...contextMutants,
  ...hubMutants,
  ...memoryMutants,
  ...sessionMutants,
  ...streamMutants,
]

export { redisMutants } from './redis.ts'
