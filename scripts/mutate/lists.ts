/** The mutants of all packages. */

import { coreMutants } from '../../packages/core/test/mutants/index.ts'
import { reactMutants } from '../../packages/react/test/mutants.ts'
import { redisMutants, serverMutants } from '../../packages/server/test/mutants/index.ts'
import { vueMutants } from '../../packages/vue/test/mutants.ts'
import { type SeededMutant, mutantsOf } from './mutant.ts'

export const mutants: Readonly<Record<string, readonly SeededMutant[]>> = {
  core: mutantsOf(coreMutants),
  vue: mutantsOf(vueMutants),
  react: mutantsOf(reactMutants),
  server: mutantsOf(serverMutants),
  redis: mutantsOf(redisMutants),
}
