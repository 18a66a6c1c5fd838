// `npm run starters`: tests the folders of `starters/` as a newcomer would use them. Each one is copied to a temporary folder, installed with
// the packed packages of this repository, built, started, and opened in Chromium. There a text is sent before and after the connection is cut.
// Arguments choose starters: `npm run starters -- vue node`. Without, all are tested, which takes minutes.
// `npm run starters -- --copy vue ../my-app` only makes a copy of one, with the packed packages.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright'
import semver from 'semver'
import { findChromium } from './findChromium.mjs'
import { publicPackages } from './publicPackages.mjs'

const root = join(import.meta.dirname, '..')
const all = readdirSync(join(root, 'starters')).sort()
/** A guard against hangs. A start of a development server on a slow machine takes a minute. */
const GUARD = 300_000

const { values, positionals } = parseArgs({ allowPositionals: true, options: { copy: { type: 'boolean' } } })
const [chosen, target] = values.copy ? [positionals.slice(0, 1), positionals[1]] : [positionals, undefined]
const unknown = chosen.filter((name) => !all.includes(name))
if (unknown.length > 0 || (values.copy && !target)) {
  console.error(
    `Usage: npm run starters -- [${all.join(' | ')}]...\n       npm run starters -- --copy <starter> <new folder>`,
  )
  process.exit(2)
}

const started = performance.now()
const seconds = (since = started) => `${((performance.now() - since) / 1000).toFixed(0)} s`
if (!publicPackages().every(({ folder }) => existsSync(join(root, folder, 'dist', 'index.js'))))
  await run(process.execPath, ['scripts/build.mjs'], root)

if (target) {
  const folder = resolve(root, target)
  if (existsSync(folder)) throw new Error(`${folder} exists`)
  await copy(/** @type {string} */ (chosen[0]), folder)
  console.log(`cd ${relative(process.cwd(), folder)}\nnpm install\nnpm run dev`)
} else {
  const failed = await testAll(chosen.length > 0 ? chosen : all.filter(isSupported))
  console.log(failed.length > 0 ? `FAILED: ${failed.join(', ')}` : `All starters are ok (${seconds()})`)
  process.exitCode = failed.length > 0 ? 1 : 0
}

/** Nuxt needs a newer Node than we do. @param {string} name */
function isSupported(name) {
  const { engines } = JSON.parse(readFileSync(join(root, 'starters', name, 'package.json'), 'utf8'))
  const isOk = semver.satisfies(process.version, engines?.node ?? '*')
  if (!isOk) console.log(`${name}: left out, it needs Node ${engines.node}`)
  return isOk
}

/**
 * @param {string[]} names
 * @returns {Promise<string[]>} those that failed
 */
async function testAll(names) {
  const executablePath = findChromium()
  if (!executablePath) throw new Error('no Chromium found; CHROMIUM may name one')
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const base = mkdtempSync(join(tmpdir(), 'holdfast-starters-'))
  /** @type {string[]} */
  const failed = []
  try {
    for (const name of names) {
      const since = performance.now()
      try {
        console.log(`${name}: ok, ${await testStarter(name, join(base, name), browser)}, in all ${seconds(since)}`)
      } catch (error) {
        failed.push(name)
        console.error(`${name}: FAILED after ${seconds(since)}\n`, error)
      }
    }
  } finally {
    await browser.close()
    rmSync(base, { recursive: true, force: true })
  }
  return failed
}

/**
 * @param {string} name
 * @param {string} folder
 * @param {import('playwright').Browser} browser
 * @returns {Promise<string>} how long its steps took
 */
async function testStarter(name, folder, browser) {
  await copy(name, folder)
  const port = await freePort()
  const socketUrl = `ws://localhost:${port}`
  const env = { PORT: String(port), VITE_SOCKET_URL: socketUrl, NEXT_PUBLIC_SOCKET_URL: socketUrl, PAGE_PORT: '0' }
  /** @type {string[]} */
  const times = []
  const step = async (/** @type {string} */ title, /** @type {() => Promise<unknown>} */ action) => {
    const since = performance.now()
    await action()
    times.push(`${title} ${seconds(since)}`)
  }
  await step('install', () => run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], folder))
  await step('dev', () => openAndCut(folder, 'dev', env, browser))
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  if (scripts.build) {
    await step('build', () => run('npm', ['run', 'build'], folder, env))
    await step('start', () => openAndCut(folder, 'start', env, browser))
  }
  return times.join(', ')
}

/**
 * Starts the server of a copy, and sends a text in Chromium before and after the connection is cut.
 * @param {string} folder
 * @param {string} script
 * @param {Record<string, string>} env
 * @param {import('playwright').Browser} browser
 */
async function openAndCut(folder, script, env, browser) {
  const { url, stop } = await start(folder, script, env)
  const page = await browser.newPage()
  page.setDefaultTimeout(GUARD)
  /** @type {string[]} */
  const errors = []
  page.on('pageerror', (error) => errors.push(String(error)))
  // The page stores each status that it has shown, because it may be `reconnecting` for a moment only.
  await page.addInitScript(() => {
    const note = () => sessionStorage.setItem(document.querySelector('output')?.textContent ?? '', 'shown')
    new MutationObserver(note).observe(document, { subtree: true, childList: true, characterData: true })
  })
  const isOpen = () => page.locator('output', { hasText: /^open$/ }).waitFor()
  const say = async (/** @type {string} */ text) => {
    const field = page.getByLabel('Text')
    const hasField = (await field.count()) > 0
    const lines = page.locator('p, li', { hasText: hasField ? text : 'hello' })
    const before = await lines.count()
    if (hasField) await field.fill(text)
    await page.getByRole('button', { name: 'Send' }).click()
    await lines.nth(before).waitFor()
  }
  try {
    await page.goto(url)
    await isOpen()
    await say('before the cut')
    await page.getByRole('button', { name: 'Cut the connection' }).click()
    await page.waitForFunction(() => sessionStorage.getItem('reconnecting'))
    await isOpen()
    await say('after the cut')
    const ticks = await page.locator('#ticks').allTextContents()
    if (!ticks.every((text) => text.endsWith(' 0 missing'))) errors.push(`${ticks}`)
    if (errors.length > 0) throw new Error(errors.join('\n'))
  } finally {
    await page.close()
    await stop()
  }
}

/**
 * `npm run dev` or `npm start`. The address of the page is the first one that the program prints.
 * @param {string} folder
 * @param {string} script
 * @param {Record<string, string>} env
 */
async function start(folder, script, env) {
  // In a process group of its own, because npm does not end its children.
  const child = spawn('npm', ['run', script], { cwd: folder, env: clean({ ...env, NO_COLOR: '1' }), detached: true })
  const closed = once(child, 'close')
  const stop = async () => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM')
    await closed
  }
  let output = ''
  const guard = setTimeout(stop, GUARD)
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        const [, port] = /http:\/\/(?:localhost|\[::\]|0\.0\.0\.0):(\d+)/.exec(output) ?? []
        if (port) resolve(`http://localhost:${port}/`)
      })
    child.on('close', () => reject(new Error(`npm run ${script}\n${output}`)))
  })
  clearTimeout(guard)
  return { url, stop }
}

/**
 * Copies a starter. Its dependencies on our packages become files: the tarballs that npm would publish.
 * @param {string} name
 * @param {string} folder
 */
async function copy(name, folder) {
  const ignored = /[\\/](node_modules|dist|\.next|\.nuxt|\.output)$/
  cpSync(join(root, 'starters', name), folder, { recursive: true, filter: (path) => !ignored.test(path) })
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const wanted = publicPackages().filter((each) => each.name in manifest.dependencies || each.name === '@holdfast/core')
  const packed = await Promise.all(
    wanted.map(async (each) => {
      const output = await run('npm', ['pack', '--json', '--pack-destination', folder], join(root, each.folder))
      return [each.name, `file:${JSON.parse(output)[0].filename}`]
    }),
  )
  manifest.dependencies = { ...manifest.dependencies, ...Object.fromEntries(packed) }
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`)
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/**
 * The variables of the outer npm would change the behaviour of the inner one.
 * @param {Record<string, string>} more
 */
function clean(more) {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_ENV$)/.test(name))
  return { ...Object.fromEntries(own), ...more }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @param {Record<string, string>} [env]
 * @returns {Promise<string>} its output. If it fails, the error contains it.
 */
async function run(program, args, cwd, env = {}) {
  const child = spawn(program, args, { cwd, env: clean(env), stdio: ['ignore', 'pipe', 'pipe'], timeout: 2 * GUARD })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
  return stdout
}
