// Bundles the code of a runner into one file, with our packages from their sources (through Vite, unminified). No dist has to be built
// first, and none can be stale.

import { basename, dirname, join } from 'node:path'
import { build, defaultClientConditions } from 'vite'

const root = join(import.meta.dirname, '..')

/** @typedef {'es2022' | 'es2020'} Target */

/**
 * @param {string} entry its path; `<suite>/<name>.mjs` becomes `<suite>.<name>.<target>.mjs`
 * @param {Target} [target] the oldest version of the language that the bundle may use
 * @returns {Promise<string>} the path of the bundle
 */
export async function buildBundle(entry, target = 'es2022') {
  // Inside node_modules, which git ignores and from which `ws` can be resolved.
  const outDir = join(root, 'node_modules', '.cache', 'bench')
  const file = `${basename(dirname(entry))}.${basename(entry, '.mjs')}.${target}.mjs`
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { conditions: ['source', ...defaultClientConditions] },
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      target,
      lib: { entry, formats: ['es'], fileName: () => file },
      rolldownOptions: { external: ['ws', 'socket.io', 'redis', /^node:/] },
    },
  })
  return join(outDir, file)
}
