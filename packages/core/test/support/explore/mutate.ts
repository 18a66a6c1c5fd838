/** Bundles the core, or a part of it, with a bug of one line in one of its files, as a module of its own. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

/** What the changed source does wrong, the text to replace, which occurs exactly once in the file, and its replacement. */
export type Bug = readonly [bug: string, find: string, replace: string]

const pathOf = (file: string): string => fileURLToPath(new URL(`../../../src/${file}`, import.meta.url))

/** @throws Error unless the text to be replaced occurs exactly once */
const seed = (path: string, [bug, find, replace]: Bug): string => {
  // Line breaks do not matter: the formatter decides where they are.
  const pattern = find
    .trim()
    .replaceAll(/[^\w\s]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
  const [before, after, ...more] = readFileSync(path, 'utf8').split(new RegExp(pattern))
  if (after === undefined || more.length) throw new Error(`"${bug}": not found exactly once in ${path}: ${find}`)
  return before! + replace + after
}

/**
 * Returns the module of an entry file with a bug in a file that it imports, or in itself. Files are relative to `src`.
 *
 * @example await mutate<Machine>('engine/machine.ts', 'engine/machine.ts', ['the wait has no end', 'retry()', ''])
 */
export const mutate = async <Module>(entry: string, file: string, bug: Bug): Promise<Module> => {
  const path = pathOf(file)
  const code = seed(path, bug)
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [{ name: 'seeded-bug', enforce: 'pre', load: (id) => (id === path ? code : null) }],
    build: { write: false, minify: false, target: 'es2022', lib: { entry: pathOf(entry), formats: ['es'] } },
  })
  const [{ output }] = [result].flat() as unknown as [{ output: [{ code: string }] }]
  return import(/* @vite-ignore */ `data:text/javascript,${encodeURIComponent(output[0].code)}`)
}
