// What runs in a place, as one file, with our packages from their sources (through Vite, unminified): no dist has to be built first,
// or could be stale.

import { basename, dirname, join } from 'node:path'
import { build, defaultClientConditions } from 'vite'

const root = join(import.meta.dirname, '..')

/**
 * @param {string} entry its path; `<suite>/<name>.mjs` becomes `<suite>.<name>.mjs`
 * @returns {Promise<string>} the path of the bundle
 */
export async function buildBundle(entry) {
  // Inside node_modules: ignored by git, and `ws` is found from there.
  const outDir = join(root, 'node_modules', '.cache', 'bench')
  const file = `${basename(dirname(entry))}.${basename(entry)}`
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
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: () => file },
      rolldownOptions: { external: ['ws', 'socket.io', /^node:/] },
    },
  })
  return join(outDir, file)
}
