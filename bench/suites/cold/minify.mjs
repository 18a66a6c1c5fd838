// Modules as a user's build would deliver them: one file, minified, without the framework (esbuild, through tsup).

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'tsup'

/** Inside node_modules: the packages are found from there, and git does not look. */
const folder = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'bench', 'cold')

/**
 * @param {string} name of the file
 * @param {string} text of the module
 * @returns {Promise<string>} the path of the bundle
 */
export async function minify(name, text) {
  await mkdir(folder, { recursive: true })
  const entry = join(folder, `${name}.entry.mjs`)
  await writeFile(entry, `${text}\n`)
  await build({
    config: false,
    entry: { [name]: entry },
    outDir: join(folder, 'out'),
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
    silent: true,
    clean: false,
    splitting: false,
    // Everything but the frameworks.
    noExternal: [/^(?!(vue|react|react-dom)($|\/))/],
    external: [/^(vue|react|react-dom)($|\/)/],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['source']
      options.define = { ...options.define, 'process.env.NODE_ENV': '"production"' }
    },
  })
  return join(folder, 'out', `${name}.mjs`)
}

/**
 * @param {string} path
 * @returns {Promise<{ min: number, gzip: number, brotli: number }>} bytes
 */
export async function weigh(path) {
  const text = await readFile(path)
  return { min: text.length, gzip: gzipSync(text, { level: 9 }).length, brotli: brotliCompressSync(text).length }
}
