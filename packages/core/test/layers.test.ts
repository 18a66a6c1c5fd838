/** Imports go down: each folder of the core is a layer, and uses only its own files and the layers below it. */

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'

/** From the bottom to the top. CONTRIBUTING.md explains them in a table. */
const layers = [
  'base',
  'transport',
  'engine',
  'messaging',
  'state',
  'client',
  'views',
  'session',
  'eventSource',
  'reconnectingWebSocket',
  'adapter',
  'testing',
]

const source = new URL('../src/', import.meta.url)
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const folderOf = (file: string): string => file.slice(0, Math.max(0, file.lastIndexOf('/')))
/** `index.ts` is above all folders. */
const layerOf = (file: string): number => (file === 'index.ts' ? layers.length : layers.indexOf(folderOf(file)))

interface Import {
  from: string
  onlyTypes: boolean
}

/** Type-only imports included. A package name is returned as it is. */
const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(new URL(file, source), 'utf8').matchAll(
      /^(?:import|export)\s+(type\s)?([^'"]*?)from\s+['"]([^'"]+)['"]/gms,
    ),
  ].map(([, type, names, from]) => ({
    from: from!.startsWith('.') ? new URL(from!, new URL(file, source)).href.slice(source.href.length) : from!,
    onlyTypes:
      !!type ||
      names!
        .replace(/[{}]/g, '')
        .split(',')
        .filter((name) => name.trim())
        .every((name) => name.trim().startsWith('type ')),
  }))

test('every file of the core is in a folder that is a layer', () => {
  expect(files.filter((file) => layerOf(file) < 0)).toEqual([])
  expect(layers.filter((layer) => !files.some((file) => folderOf(file) === layer))).toEqual([])
})

test('CONTRIBUTING.md lists the layers in their order, and the paths in its text exist', () => {
  const root = new URL('../../../', source)
  const text = readFileSync(new URL('CONTRIBUTING.md', root), 'utf8')
  const section = text.slice(text.indexOf('## The layers of the core'), text.indexOf('## How a message travels'))
  const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, layer]) => layer)
  // The table begins at the top.
  expect(rows).toHaveLength(layers.length)
  expect(rows.map((_, index) => rows.at(-1 - index))).toEqual(layers)
  const paths = [...text.matchAll(/`([a-z]+\/[\w/]+\.ts)`/g)].map(([, path]) => path!)
  const folders = ['', 'packages/core/src/', 'packages/server/src/']
  const exists = (path: string): boolean => folders.some((folder) => existsSync(new URL(folder + path, root)))
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !exists(path))).toEqual([])
})

describe.each(files)('%s', (file) => {
  const imports = importsOf(file)

  test('imports nothing but files of the core', () => {
    expect(imports.filter(({ from }) => !files.includes(from))).toEqual([])
  })

  test('imports only from its own layer and from lower ones', () => {
    expect(imports.filter(({ from }) => layerOf(from) > layerOf(file))).toEqual([])
  })
})

test('no import leads back to the file where it started, types included', () => {
  const cycles: string[] = []
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
    if (path.includes(file) || done.has(file)) return
    for (const { from } of importsOf(file)) visit(from, [...path, file])
    done.add(file)
  }
  for (const file of files) visit(file, [])
  expect(cycles).toEqual([])
})

test('the machine imports nothing but types', () => {
  expect(importsOf('engine/machine.ts').filter(({ onlyTypes }) => !onlyTypes)).toEqual([])
})

test.each(['session', 'eventSource', 'reconnectingWebSocket', 'views', 'adapter', 'testing'])(
  'nothing in the client or below imports %s, so that it costs only its users',
  (folder) => {
    const below = files.filter((file) => layerOf(file) <= layers.indexOf('client'))
    expect(below.flatMap(importsOf).filter(({ from }) => folderOf(from) === folder)).toEqual([])
  },
)

test('the testing tools import only types from the core', () => {
  const tools = files.filter((file) => folderOf(file) === 'testing')
  const values = tools.flatMap(importsOf).filter(({ onlyTypes }) => !onlyTypes)
  expect(values.filter(({ from }) => folderOf(from) !== 'testing')).toEqual([])
})

test('no file of the core is longer than 200 lines', () => {
  const lengths = files.map(
    (file) => [file, readFileSync(new URL(file, source), 'utf8').split('\n').length - 1] as const,
  )
  expect(lengths.filter(([, lines]) => lines > 200)).toEqual([])
})

test('no class of the core extends another one, except errors and classes of the platform', () => {
  const classes = files.flatMap((file) => [
    ...readFileSync(new URL(file, source), 'utf8').matchAll(/class (\w+)(?:<[^{]*>)? extends (\w+)/g),
  ])
  const bases = classes.map(([, , base]) => base)
  expect(bases.filter((base) => !['HoldfastError', 'Error', 'EventTarget', 'Event'].includes(base!))).toEqual([])
})

describe('importing an entry point', () => {
  const touched: string[] = []
  const touch = (name: string) => (): never => {
    touched.push(name)
    throw new Error(`${name} at import`)
  }

  afterEach(() => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    touched.length = 0
  })

  test.each([
    '../src/index.ts',
    '../src/testing/index.ts',
    '../src/session/index.ts',
    '../src/eventSource/index.ts',
    '../src/reconnectingWebSocket/index.ts',
    '../src/adapter/index.ts',
  ])('%s has no side effect: no timer, listener, socket, promise or output', async (path) => {
    vi.resetModules()
    const globals = [
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'requestAnimationFrame',
      'addEventListener',
      'WebSocket',
      'fetch',
      'BroadcastChannel',
    ]
    const spied = (name: string): unknown => vi.fn(touch(name))
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
      vi.spyOn(console, method).mockImplementation(touch(`console.${method}`))
    vi.spyOn(Math, 'random').mockImplementation(touch('Math.random'))
    vi.spyOn(Date, 'now').mockImplementation(touch('Date.now'))
    const loading = import(path)
    for (const name of globals) vi.stubGlobal(name, spied(name))
    await loading
    expect(touched).toEqual([])
  })
})
