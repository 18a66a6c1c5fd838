// `npm run size`: prints the minified and gzipped size of each entry and its budget from .size-limit.mjs.

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { publicPackages } from './publicPackages.mjs'

const root = join(import.meta.dirname, '..')
const built = publicPackages().every(({ folder }) => existsSync(join(root, folder, 'dist', 'index.js')))

process.exitCode = (built ? 0 : run('scripts/build.mjs')) || run('node_modules/size-limit/bin.js')

/**
 * @param {string} script
 * @returns {number} its exit code
 */
function run(script) {
  return spawnSync(process.execPath, [script], { cwd: root, stdio: 'inherit' }).status ?? 1
}
