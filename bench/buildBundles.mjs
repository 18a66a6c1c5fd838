// The two entries with the core from its sources (through Vite, unminified): no dist has to be built first, or could be stale.

import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '..')

/** @returns {Promise<{ node: string, page: string }>} their paths */
export async function buildBundles() {
  // Inside node_modules: ignored by git, and `ws` is found from there.
  const outDir = join(root, 'node_modules', '.cache', 'bench')
  for (const entry of ['nodeEntry', 'pageEntry']) {
    await build({
      configFile: false,
      root,
      logLevel: 'warn',
      build: {
        outDir,
        emptyOutDir: false,
        minify: false,
        target: 'es2022',
        lib: { entry: join(import.meta.dirname, `${entry}.mjs`), formats: ['es'], fileName: () => `${entry}.mjs` },
        rolldownOptions: { external: ['ws'] },
      },
    })
  }
  return { node: join(outDir, 'nodeEntry.mjs'), page: join(outDir, 'pageEntry.mjs') }
}
