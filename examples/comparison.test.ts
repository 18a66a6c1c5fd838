/** Measures what the libraries of the comparison add to a bundle, and compares it with the tables of the page, in both languages. */

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild' // the bundler of size-limit
import { expect, test } from 'vitest'
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

/** The sizes at ES2022 that `scripts/readme-numbers.mjs` has written, in kB with one digit. */
const measured = [
  ...readFileSync(join(root, 'docs/more/numbers.md'), 'utf8').matchAll(/^\| (.*) \| ([\d.]+) kB \| [\d.]+ kB \|$/gm),
]
  .filter(([, name]) => !name?.includes('ES2020'))
  .map(([, name = '', size]): [name: string, size: number] => [name, Math.round(Number(size) * 10) / 10])

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
])('the size of %s is that of the page of numbers', (name, row) => {
  const size = measured.find(([text]) => text.startsWith(row))?.[1]
  for (const { text, path } of pages) expect(shown(text, name).size, `${path}`).toBe(size)
})

test('all pages name the sizes of the page of numbers', () => {
  const sizes = measured.map(([, size]) => size)
  const folder = join(root, 'docs')
  const others = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules') && !path.endsWith('more/numbers.md'))
    .flatMap((path) => {
      const text = readFileSync(join(folder, path), 'utf8')
      return [...text.matchAll(/\b(1[2-9](?:\.\d+)?) kB/g)].map(([, size]) => ({ path, size: Number(size) }))
    })
  expect(others.length).toBeGreaterThan(10)
  expect(others.filter(({ size }) => !sizes.includes(size))).toEqual([])
})

test('both pages have the same rows, with the same marks', () => {
  const [english, chinese] = pages.map(({ text }) =>
    text
      .split('\n')
      .flatMap((line) => (line.startsWith('|') ? [[line.split('|').length, line.split('†').length]] : [])),
  )
  expect(chinese).toEqual(english)
})
