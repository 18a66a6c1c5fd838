// Builds modules as a user's build would: one file, minified, without the framework (esbuild, through tsup).

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { build } from 'tsup'

/** Inside node_modules, which git ignores and from which the packages can be resolved. */
const folder = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.cache', 'bench', 'cold')

/**
 * @param {string} module the name of the file
 * @param {string} text of the module
 * @param {import('../../buildBundle.mjs').Target} [target] the oldest version of the language that the bundle may use
 * @returns {Promise<string>} the path of the bundle
 */
export async function minify(module, text, target = 'es2022') {
  const name = `${module}.${target}`
  await mkdir(folder, { recursive: true })
  const entry = join(folder, `${name}.entry.mjs`)
  await writeFile(entry, `${text}\n`)
  await build({
    config: false,
    entry: { [name]: entry },
    outDir: join(folder, 'out'),
    format: 'esm',
    target,
    platform: 'browser',
    minify: true,
    silent: true,
    clean: false,
    splitting: false,
    // Bundle everything except the frameworks.
    noExternal: [/^(?!(vue|react|react-dom)($|\/))/],
    external: [/^(vue|react|react-dom)($|\/)/],
    outExtension: () => ({ js: '.mjs' }),
    esbuildOptions: (options) => {
      options.conditions = ['source']
      // As the build of our core does.
      if (module.endsWith('holdfast')) options.mangleProps = /^_[a-z]/
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
