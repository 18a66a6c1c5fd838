/** The real parts, built anew with one line of their source exchanged. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'
import type { Parts } from './simulation.ts'

export interface Spoiling {
  /** Which rule of PROTOCOL.md is gone. */
  rule: string
  /** What is wrong afterwards. */
  bug: string
  /** In which file, from `packages/`. */
  file: string
  /** Occurs exactly once in it. */
  find: string
  replace: string
}

const packages = new URL('../../../', import.meta.url)

/** @throws Error unless the text to be replaced is there exactly once */
export const spoil = async ({ bug, file, find, replace }: Spoiling): Promise<Parts> => {
  const target = new URL(file, packages).pathname
  let done = 0
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: new URL('..', packages).pathname,
    ssr: { noExternal: [/^@holdfast/], resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
    resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
    plugins: [
      {
        name: 'spoil',
        enforce: 'pre',
        transform: (code, id) => {
          if (id !== target) return
          done = code.split(find).length - 1
          return done === 1 ? code.replace(find, () => replace) : undefined
        },
      },
    ],
    build: {
      ssr: new URL('parts.ts', import.meta.url).pathname,
      write: false,
      minify: false,
      target: 'node20',
    },
  })
  if (done !== 1) throw new Error(`"${bug}": ${done} times instead of once in ${file}: ${find}`)
  const { output } = (Array.isArray(result) ? result[0] : result) as { output: { code: string }[] }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-spoilt-'))
  try {
    const path = join(folder, 'parts.mjs')
    writeFileSync(path, output[0]!.code)
    return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as Parts
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
