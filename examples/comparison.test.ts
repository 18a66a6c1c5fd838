/** Measures what the libraries of the comparison add to a bundle, and compares it with the tables of the page, in both languages. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild' // the bundler of size-limit
import { expect, test } from 'vitest'
import sizes from '../.size-limit.mjs'
import { versionOf } from './migration/support/declarations.ts'
import { tableWith } from './support/tables.ts'

/** The imports of the peers, by the name in the table. */
const IMPORTS: Record<string, string> = {
  '@vueuse/core': '{ useWebSocket }',
  'react-use-websocket': '{ useWebSocket }',
  'partysocket': '{ WebSocket }',
  'reconnecting-websocket': '{ default }',
  'websocket-ts': '{ WebsocketBuilder }',
  'ahooks': '{ useWebSocket }',
  'socket.io-client': '{ io }',
}

const root = join(import.meta.dirname, '..')

/** In kB, minified and gzipped, without the framework: as `npm run size` measures. */
const measure = async (library: string): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents: `export ${IMPORTS[library]} from '${library}'`, resolveDir: root },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external: ['vue', 'react', 'react-dom'],
    write: false,
  })
  return gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1000
}

const pages = ['docs/more/comparison.md', 'docs/zh/more/comparison.md'].map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))

const shown = (text: string, name: string): { version: string | undefined; size: number } => {
  const cells = tableWith(name, text).find(({ names }) => names[0] === name)?.cells ?? []
  return { version: cells[0], size: Number(cells[2]) }
}

test.each(Object.keys(IMPORTS))('the size of %s is that of the installed version', async (library) => {
  const size = await measure(library)
  for (const { path, text } of pages) {
    const row = shown(text, library)
    expect(row.version, `${path}`).toBe(versionOf(library))
    expect(Math.abs(row.size - size) / size, `${path}: shows ${row.size} kB, measured ${size} kB`).toBeLessThan(0.05)
  }
})

test.each([
  ['@holdfast/core', 'core: createWebSocket'],
  ['@holdfast/core/recovery', 'core: createWebSocket with a session'],
  ['@holdfast/vue', 'vue: useWebSocket'],
  ['@holdfast/react', 'react: useWebSocket'],
])('the size of %s is its budget', (name, check) => {
  const limit = Number.parseFloat(`${sizes.find((entry) => entry.name?.startsWith(check))?.limit}`)
  for (const { text, path } of pages) expect(shown(text, name).size, `${path}`).toBeCloseTo(limit, 1)
})

test('both pages have the same rows, with the same marks', () => {
  const [english, chinese] = pages.map(({ text }) =>
    text
      .split('\n')
      .flatMap((line) => (line.startsWith('|') ? [[line.split('|').length, line.split('†').length]] : [])),
  )
  expect(chinese).toEqual(english)
})
