// Builds the client and the hub of an earlier commit into two files: `node build.mjs <commit>`.

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const [commit] = process.argv.slice(2)
if (!commit) throw new Error('usage: node build.mjs <commit>')
const here = import.meta.dirname
const root = join(here, '../../../..')
const checkout = join(mkdtempSync(join(tmpdir(), 'holdfast-previous-')), 'checkout')

/** @param {string} name @param {string} source */
const bundle = async (name, source) => {
  const entry = join(checkout, `${name}.ts`)
  writeFileSync(entry, source)
  await build({
    entryPoints: [entry],
    outfile: join(here, `${name}.min.mjs`),
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    packages: 'external',
    conditions: ['source'],
  })
}

execFileSync('git', ['worktree', 'add', '--detach', checkout, commit], { cwd: root, stdio: 'inherit' })
try {
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const core = join(checkout, 'packages/core/src')
  // The folder had another name until commit 5ccc5e5.
  const session = existsSync(join(core, 'session/index.ts')) ? 'session' : 'recovery'
  await bundle(
    'previousClient',
    `export { createWebSocket, json } from '${core}/index.ts'
     export { session } from '${core}/${session}/index.ts'`,
  )
  await bundle('previousServer', `export { createHub } from '${checkout}/packages/server/src/index.ts'`)
} finally {
  execFileSync('git', ['worktree', 'remove', '--force', checkout], { cwd: root })
  rmSync(join(checkout, '..'), { recursive: true, force: true })
}
