/** Builds the modules of a simulation with a rule removed from their source. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { Modules } from '../simulation/simulation.ts'

/** One rule of PROTOCOL.md and the edits that remove it: one for each place that enforces it. */
export interface RuleRemoval {
  rule: string
  /** What goes wrong without the rule. Completes the sentence "R1: notices that …". */
  bug: string
  edits: readonly Edit[]
}

export interface Edit {
  /** The path of the file, relative to `packages/`. */
  file: string
  /** The text to replace. Must occur exactly once in the file. */
  find: string
  replace: string
}

const packages = new URL('../../../../', import.meta.url)
const conditions = ['source', 'node', 'import', 'module', 'default']

/** @throws Error unless the text of each edit occurs exactly once */
export const buildWithoutRule = async ({ bug, edits }: RuleRemoval): Promise<Modules> => {
  const applied = new Set<Edit>()
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
          let edited = code
          for (const edit of edits) {
            if (id !== new URL(edit.file, packages).pathname) continue
            if (edited.split(edit.find).length !== 2) continue
            edited = edited.replace(edit.find, () => edit.replace)
            applied.add(edit)
          }
          return edited
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
  for (const edit of edits) {
    if (!applied.has(edit)) throw new Error(`"${bug}": not exactly one occurrence in ${edit.file}: ${edit.find}`)
  }
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
