// Tests the published packages as users receive them: built, packed, and installed from their tarballs into an empty folder, where they
// are imported, required, type-checked and bundled.

import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import vue from '@vitejs/plugin-vue'
import { chromium } from 'playwright'
import { type Rolldown, build } from 'vite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { findChromium } from './findChromium.mjs'
import { publicPackages } from './publicPackages.mjs'

const root = join(import.meta.dirname, '..')
const packages = publicPackages()
const executablePath = findChromium()
const tsc = join(root, 'node_modules/typescript/bin/tsc')
let base: string
let app: string

/** Runs a program. If it fails, the error contains its output. */
function run(program: string, args: string[], cwd: string): Promise<string> {
  // The variables of the outer `npm test` would change the behaviour of the inner npm.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$|VITEST)/.test(name)))
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`))
      else resolve(stdout)
    })
  })
}

/** The version that this repository uses, so that npm finds it in its cache. */
function installed(name: string): string {
  return createRequire(import.meta.url)(`${name}/package.json`).version
}

async function pack(folder: string, into: string): Promise<[name: string, spec: string]> {
  const [packed] = JSON.parse(await run('npm', ['pack', '--json', '--pack-destination', into], join(root, folder)))
  return [packed.name, `file:${join(into, packed.filename)}`]
}

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-pack-'))
  await run(process.execPath, ['scripts/build.mjs'], root)
  app = join(base, 'app')
  await mkdir(app)
  const ours = await Promise.all(packages.map(({ folder }) => pack(folder, base)))
  const theirs = [
    'vue',
    'react',
    'react-dom',
    '@types/react',
    '@types/react-dom',
    '@types/node',
    'ws',
    '@types/ws',
    'redis',
  ]
  const dependencies = Object.fromEntries([...ours, ...theirs.map((name) => [name, installed(name)])])
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'], app)
  await cp(join(import.meta.dirname, 'packFixture'), app, { recursive: true })
})

afterAll(() => rm(base, { recursive: true, force: true }))

describe('installed from their tarballs, the packages', () => {
  test('hold what npm should show, and nothing of the workshop', async () => {
    for (const { name } of packages) {
      const files = await readdir(join(app, 'node_modules', name))
      const more = name === '@holdfast/server' ? ['CAPACITY.md', 'PROTOCOL.md'] : []
      expect(files.sort()).toEqual([...more, 'LICENSE', 'README.md', 'dist', 'package.json', 'src'].sort())
    }
  })

  test('work as ES modules', async () => {
    await run(process.execPath, ['smoke.mjs'], app)
  })

  test('can be required', async () => {
    await run(process.execPath, ['smoke.cjs'], app)
  })

  test.each(['together.mjs', 'together.cjs'])(
    'use the core, /recovery and /adapter on the same client, with mangled private names: %s',
    async (file) => {
      expect(await run(process.execPath, [file], app)).toBe('open true true hello s\nopen\n')
      const core = await readdir(join(app, 'node_modules/@holdfast/core/dist'))
      // A mangled name may be `_a`, because there are more than a hundred of them.
      for (const name of core.filter((each) => /\.c?js$/.test(each))) {
        expect(await readFile(join(app, 'node_modules/@holdfast/core/dist', name), 'utf8')).not.toMatch(
          /this\._[a-z]{2}/,
        )
      }
    },
  )

  test.each(['server.mjs', 'server.cjs'])('are a hub and a client that lose nothing: %s', async (file) => {
    expect(await run(process.execPath, [file], app)).toBe('before, meanwhile\n')
  })

  test('have a program that helps itself', async () => {
    const folder = 'node_modules/@holdfast/server'
    for (const program of [`${folder}/dist/bin.js`, `${folder}/dist/bin.cjs`, 'node_modules/.bin/holdfast-server']) {
      expect(await run(process.execPath, [program, '--help'], app)).toMatch(/^Usage: holdfast-server/)
    }
  })

  test.each([
    ['node16', 'node16'],
    ['bundler', 'esnext'],
  ])('have types that hold under strict with moduleResolution %s', async (resolution, module) => {
    const files = resolution === 'node16' ? [] : ['types.ts']
    await run(process.execPath, [tsc, ...(await options(files, resolution, module))], app)
  })

  test('of the core have types that hold under ES2022 and the DOM without skipLibCheck', async () => {
    await run(process.execPath, [tsc, '-p', 'tsconfig.dom.json'], app)
  })

  test('have a class that is a `typeof WebSocket` with the types of Node alone, and without skipLibCheck', async () => {
    await run(process.execPath, [tsc, '-p', 'tsconfig.node.json'], app)
  })

  test('do not hold the framework they serve', async () => {
    for (const [name, imports, marker] of [
      ['vue', ['vue', '@holdfast/core', '@vueuse/shared'], /__v_isShallow|__vccOpts/],
      ['react', ['react', '@holdfast/core'], /CLIENT_INTERNALS|SECRET_INTERNALS|react\.element|react\.transitional/],
    ] as const) {
      const esm = await readFile(join(app, `node_modules/@holdfast/${name}/dist/index.js`), 'utf8')
      const cjs = await readFile(join(app, `node_modules/@holdfast/${name}/dist/index.cjs`), 'utf8')
      for (const other of imports) {
        expect(esm).toMatch(new RegExp(`from ['"]${other}['"]`))
        expect(cjs).toMatch(new RegExp(`require\\(['"]${other}['"]\\)`))
      }
      expect(esm + cjs).not.toMatch(marker)
      // A text of the core, which the adapter imports.
      expect(esm + cjs).not.toContain('class OptionError')
      expect(esm.length).toBeLessThan(20_000)
    }
  })

  test('have a file for script tags: all of the core as the global Holdfast, where unpkg and jsDelivr look for it', async () => {
    const folder = join(app, 'node_modules/@holdfast/core')
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    expect([manifest.unpkg, manifest.jsdelivr]).toEqual(['./dist/index.global.js', './dist/index.global.js'])
    const global: { Holdfast?: object } = {}
    runInNewContext(await readFile(join(folder, manifest.unpkg), 'utf8'), global)
    expect(Object.keys(global)).toEqual(['Holdfast'])
    const modules: object = await import(join(folder, 'dist/index.js'))
    expect(Object.keys(modules)).toContain('createWebSocket')
    expect(Object.keys(global.Holdfast!).sort()).toEqual(Object.keys(modules).sort())
  })

  test.runIf(executablePath)('connect a page with a script tag to a hub, and again after a cut', async () => {
    const files = new Map([
      ['/', join(root, 'starters/vanilla/index.html')],
      ['/holdfast.js', join(app, 'node_modules/@holdfast/core/dist/index.global.js')],
    ])
    const http = createServer(async (request, response) => {
      const file = files.get(request.url!)
      response.writeHead(file ? 200 : 404).end(file && (await readFile(file)))
    })
    const sockets: Socket[] = []
    http.on('upgrade', (_request, socket: Socket) => sockets.push(socket))
    const server: typeof import('@holdfast/server') = await import(
      join(app, 'node_modules/@holdfast/server/dist/index.js')
    )
    const hub = server.createHub({ server: http, path: '/chat' })
    hub.on('message', (message) => (message === 'cut' ? sockets[0]!.destroy() : hub.broadcast(message)))
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] })
    onTestFinished(async () => {
      await browser.close()
      await hub.close()
      http.close()
    })
    const page = await browser.newPage()
    page.setDefaultTimeout(100_000)
    await page.goto(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`)
    for (const text of ['before the cut', 'after the cut']) {
      await page.getByLabel('Text').fill(text)
      await page.getByRole('button', { name: 'Send' }).click()
      await page.locator('p', { hasText: text }).waitFor()
      if (text === 'before the cut') await page.getByRole('button', { name: 'Cut the connection' }).click()
    }
    await page.locator('output', { hasText: /^open$/ }).waitFor()
    expect(sockets).toHaveLength(2)
  })

  test('go into a Vite build of a Vue app', async () => {
    const code = await viteBuild('vue')
    expect(code).toContain('wss://example.org')
    expect(code).toContain('WebSocket')
  })

  test('go into a Vite build of a React app', async () => {
    const code = await viteBuild('react')
    expect(code).toContain('wss://example.org')
    expect(code).toContain('WebSocket')
  })
})

/** Writes a tsconfig.json for one module resolution. The command line of tsc cannot name files and a project at once. */
async function options(files: string[], moduleResolution: string, module: string): Promise<string[]> {
  const config = `tsconfig.${moduleResolution}.json`
  const own = {
    extends: './tsconfig.json',
    compilerOptions: { moduleResolution, module },
    ...(files.length > 0 && { files }),
  }
  await writeFile(join(app, config), JSON.stringify(own))
  return ['-p', config]
}

async function viteBuild(name: 'vue' | 'react'): Promise<string> {
  const plugins = name === 'vue' ? [vue()] : []
  const built = await build({
    root: join(app, name),
    configFile: false,
    logLevel: 'error',
    plugins,
    build: { write: false },
  })
  const { output } = built as Rolldown.RolldownOutput
  return output.map((part) => (part.type === 'chunk' ? part.code : '')).join('\n')
}
