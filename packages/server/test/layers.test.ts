/** Checks the layers of the server's source: imports go down only, and the files import nothing in a cycle. */

import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** From the lowest layer to the highest. An entry is a file, or a folder with its direct files. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts'],
  ['clock.ts'],
  ['store/store.ts', 'store/keptAnswers.ts'],
  ['protocol/'],
  ['store/redis/scripts/'],
  ['store/redis/connections/'],
  ['store/redis/servers/'],
  ['store/memory/', 'store/redis/'],
  ['metrics/'],
  ['context/'],
  ['connection/'],
  ['streams/'],
  ['peers/'],
  ['session/'],
  ['hubNode.ts', 'unfinished.ts', 'shutdown.ts'],
  ['drain.ts'],
  ['node.ts', 'health.ts'],
  ['hub.ts'],
  ['index.ts', 'testing/'],
  ['devServer.ts'],
  ['bin.ts'],
]

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))

const layerOf = (file: string): number =>
  LAYERS.findIndex((layer) => layer.includes(file) || layer.includes(file.slice(0, file.lastIndexOf('/') + 1)))

/** The relative imports of a file, including those of types and dynamic ones. */
const importsOf = (file: string): string[] => {
  const url = new URL(file, source)
  const specifiers = readFileSync(url, 'utf8').matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)
  return [...specifiers].map(([, specifier]) => new URL(specifier!, url).href.slice(source.href.length))
}

const imports = new Map(files.map((file) => [file, importsOf(file)]))

/** Returns the first cycle that starts at the end of the path, as a list of files. */
const findCycle = (path: readonly string[], checked: Set<string>): string[] | undefined => {
  const file = path.at(-1)!
  if (path.indexOf(file) < path.length - 1) return path.slice(path.indexOf(file))
  if (checked.has(file)) return undefined
  for (const next of imports.get(file) ?? []) {
    const cycle = findCycle([...path, next], checked)
    if (cycle) return cycle
  }
  checked.add(file)
  return undefined
}

test('finds the imports of the source files', () => {
  expect(importsOf('drain.ts').sort()).toEqual([
    'clock.ts',
    'context/hubContext.ts',
    'peers/peer.ts',
    'protocol/closeCodes.ts',
    'unfinished.ts',
  ])
  expect(files.length).toBeGreaterThan(40)
})

test('each source file belongs to a layer', () => {
  expect(files.filter((file) => layerOf(file) === -1)).toEqual([])
})

test('each layer has a file', () => {
  const entries = LAYERS.flat()
  expect(entries.filter((entry) => !files.some((file) => file === entry || file.startsWith(entry)))).toEqual([])
})

describe('a source file imports only from its own folder and from lower layers', () => {
  test.each(files)('%s imports only from its own folder and from lower layers', (file) => {
    const folder = file.slice(0, file.lastIndexOf('/') + 1)
    const wrong = importsOf(file).filter((target) => {
      const isSameFolder = folder !== '' && target.startsWith(folder) && !target.slice(folder.length).includes('/')
      return !isSameFolder && layerOf(target) >= layerOf(file)
    })
    expect(wrong).toEqual([])
  })
})

test('no source files import each other in a cycle', () => {
  const checked = new Set<string>()
  expect(files.map((file) => findCycle([file], checked)).find((cycle) => cycle)).toBeUndefined()
})

test('each folder of the source has at most twelve files', () => {
  const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1)
  const folders = [...new Set(files.map(folderOf))]
  const sizes = folders.map((folder) => [folder, files.filter((file) => folderOf(file) === folder).length] as const)
  expect(sizes.filter(([, size]) => size > 12)).toEqual([])
})

test('no source file is longer than 200 lines', () => {
  const isLong = (file: string): boolean => readFileSync(new URL(file, source), 'utf8').split('\n').length > 201
  expect(files.filter(isLong)).toEqual([])
})
