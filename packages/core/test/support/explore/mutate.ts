/** Compiles a changed `machine.ts` to a module of its own. This works because the file imports only types. */

import { readFileSync } from 'node:fs'
import ts from 'typescript'
import type { Machine } from './explore.ts'
import type { Mutation } from './mutations.ts'

const source = readFileSync(new URL('../../../src/engine/machine.ts', import.meta.url), 'utf8')

/** @throws Error unless the text to be replaced occurs exactly once */
export const mutate = async ({ find, replace, bug }: Mutation): Promise<Machine> => {
  // Line breaks do not matter: the formatter decides where they are.
  const pattern = find
    .trim()
    .replaceAll(/[^\w\s]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
  const [before, after, ...more] = source.split(new RegExp(pattern))
  if (after === undefined || more.length) throw new Error(`"${bug}": not found exactly once in machine.ts: ${find}`)
  const { outputText } = ts.transpileModule(before! + replace + after, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022 },
  })
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`)
}
