/** Builds the modules of a simulation with one line of their source replaced. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { Modules } from '../simulation/simulation.ts'

/** One rule of PROTOCOL.md, removed by one replacement in the source. */
export interface RuleRemoval {
  rule: string
  /** What goes wrong without the rule. Completes the sentence "R1: notices that …". */
  bug: string
  /** The path of the file, relative to `packages/`. */
  file: string
  /** The text to replace. Must occur exactly once in the file. */
  find: string
  replace: string
}

const packages = new URL('../../../../', import.meta.url)
const conditions = ['source', 'node', 'import', 'module', 'default']

/** @throws Error unless the text to replace occurs exactly once */
export const buildWithoutRule = async ({ bug, file, find, replace }: RuleRemoval): Promise<Modules> => {
  const target = new URL(file, packages).pathname
  let occurrences = 0
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: new URL('..', packages).pathname,
    ssr: { noExternal: [/^@holdfast/], resolve: { conditions } },
    resolve: { conditions },
    plugins: [
      {
        name: 'remove-rule',
        enforce: 'pre',
        transform: (code, id) => {
          if (id !== target) return
          occurrences = code.split(find).length - 1
          return occurrences === 1 ? code.replace(find, () => replace) : undefined
        },
      },
    ],
    build: {
      ssr: new URL('../simulation/modules.ts', import.meta.url).pathname,
      write: false,
      minify: false,
      target: 'node20',
    },
  })
  if (occurrences !== 1) throw new Error(`"${bug}": ${occurrences} occurrences instead of one in ${file}: ${find}`)
  const { output } = (Array.isArray(result) ? result[0] : result) as { output: { code: string }[] }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-without-rule-'))
  try {
    const path = join(folder, 'modules.mjs')
    writeFileSync(path, output[0]!.code)
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Modules
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
