/** Removes each rule of PROTOCOL.md from the source. A random scenario must notice each removal. */

import type { Edit, RuleRemoval } from './buildWithoutRule.ts'
import { clientRules } from './clientRules.ts'
import { serverRules } from './serverRules.ts'

/** A removal as a row of a table. Most rules are enforced in one place; the rest follows. */
export type RuleRemovalRow = readonly [
  rule: string,
  bug: string,
  file: string,
  find: string,
  replace: string,
  ...others: Edit[],
]

export const ruleRemovals: readonly RuleRemoval[] = [...serverRules, ...clientRules].map(
  ([rule, bug, file, find, replace, ...others]) => ({ rule, bug, edits: [{ file, find, replace }, ...others] }),
)

/** The title of the test of a removal. */
export const titleOf = ({ rule, bug }: RuleRemoval): string => `${rule}: notices that ${bug}`
