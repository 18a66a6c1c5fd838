/** Removes each rule of PROTOCOL.md by one change of the source. A random scenario must notice each removal. */

import type { RuleRemoval } from './buildWithoutRule.ts'
import { clientRules } from './clientRules.ts'
import { serverRules } from './serverRules.ts'

/** A removal as a row of a table. */
export type RuleRemovalRow = readonly [rule: string, bug: string, file: string, find: string, replace: string]

export const ruleRemovals: readonly RuleRemoval[] = [...serverRules, ...clientRules].map(
  ([rule, bug, file, find, replace]) => ({ rule, bug, file, find, replace }),
)

/** The title of the test of a removal. */
export const titleOf = ({ rule, bug }: RuleRemoval): string => `${rule}: notices that ${bug}`
