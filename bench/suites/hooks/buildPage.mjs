// Bundles the code of the page into one file: the candidates with their frameworks, built for production, or for development, where React's
// StrictMode mounts each component twice.

import { join } from 'node:path'
import { build, defaultClientConditions } from 'vite'

const root = join(import.meta.dirname, '..', '..', '..')

/**
 * @param {'production' | 'development'} mode
 * @returns {Promise<string>} the path of the bundle
 */
export async function buildPage(mode) {
  // Inside node_modules, which git ignores.
  const outDir = join(root, 'node_modules', '.cache', 'bench')
  const file = `hooks.${mode}.mjs`
  await build({
    configFile: false,
    root,
    mode,
    logLevel: 'warn',
    define: {
      'process.env.NODE_ENV': JSON.stringify(mode),
      '__VUE_OPTIONS_API__': 'true',
      '__VUE_PROD_DEVTOOLS__': 'false',
      '__VUE_PROD_HYDRATION_MISMATCH_DETAILS__': 'false',
    },
    resolve: { conditions: ['source', ...defaultClientConditions], dedupe: ['react', 'react-dom', 'vue'] },
    build: {
      outDir,
      emptyOutDir: false,
      minify: false,
      // A source map, for profiles.
      sourcemap: 'hidden',
      target: 'es2022',
      lib: { entry: join(import.meta.dirname, 'page', 'entry.mjs'), formats: ['es'], fileName: () => file },
    },
  })
  return join(outDir, file)
}
