/** Makes a module of a changed `machine.ts`, which can be run because it imports nothing. */

import { readFileSync } from 'node:fs'
import ts from 'typescript'
import type { Machine } from './explore.ts'
import type { Mutation } from './mutations.ts'

const source = readFileSync(new URL('../../src/engine/machine.ts', import.meta.url), 'utf8')

/** @throws Error unless the text to be replaced is there exactly once */
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
  // A number of its own, because two changes may give the same text and modules are kept by address.
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(outputText)}`)
}
