// A CPU profile of the hardest work, the last message at 20 000 a second: whose code the time goes to.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { SourceMap } from 'node:module'
import { join } from 'node:path'
import { openPage } from './page.mjs'

/**
 * @typedef {object} ProfileRow
 * @property {'profile'} part
 * @property {string} candidate
 * @property {number} rate messages per second
 * @property {number} seconds
 * @property {Record<'total' | 'script' | 'layout', number>} micros CPU of the main thread per message, in µs, without the profiler
 * @property {Record<string, number>} shares of the time that was not idle, by category
 * @property {{ name: string, share: number }[]} ours the functions of our packages that took most
 */

const RATE = 20_000
const SECONDS = 5
const CANDIDATES = ['bare', 'holdfast', 'holdfast vue', 'holdfast react']
/** Between two samples, in µs. */
const INTERVAL = 200

/**
 * Profiles each of ours, and bare; writes the profiles, for Chromium's DevTools, into the folder, if one is given.
 * @param {import('../suite.mjs').Context} context
 * @param {string} bundle
 * @param {string} [folder]
 * @returns {Promise<ProfileRow[]>}
 */
export async function profileFlows({ chromium, origin, log }, bundle, folder) {
  if (folder) await mkdir(folder, { recursive: true })
  const whose = createOwners(JSON.parse(await readFile(`${bundle}.map`, 'utf8')))
  const rows = []
  for (const candidate of CANDIDATES) {
    const page = await openPage(await chromium(), bundle)
    const flow = async (/** @type {number} */ seconds) => {
      await page.call('mount', {
        candidate,
        kind: 'last',
        url: `${origin}/flow?rate=${RATE}&seconds=${seconds}&bytes=100`,
      })
      const before = await page.metrics()
      const { sent } = await page.call('flow', { smoothness: false })
      const after = await page.metrics()
      await page.call('unmount')
      const micros = (/** @type {string[]} */ ...names) =>
        names.reduce((sum, name) => sum + (((after[name] ?? 0) - (before[name] ?? 0)) / sent) * 1e6, 0)
      return {
        total: micros('TaskDuration'),
        script: micros('ScriptDuration'),
        layout: micros('LayoutDuration', 'RecalcStyleDuration'),
      }
    }
    try {
      await flow(1)
      const micros = await flow(2)
      await page.send('Profiler.enable')
      await page.send('Profiler.setSamplingInterval', { interval: INTERVAL })
      await page.send('Profiler.start')
      await flow(SECONDS)
      const { profile } = await page.send('Profiler.stop')
      if (folder)
        await writeFile(
          join(folder, `Chromium.hooks.${candidate.replace(' ', '-')}.cpuprofile`),
          JSON.stringify(profile),
        )
      rows.push({
        part: /** @type {const} */ ('profile'),
        candidate,
        rate: RATE,
        seconds: SECONDS,
        micros,
        ...shares(profile, whose),
      })
      log(`profiled ${candidate}`)
    } finally {
      await page.close()
    }
  }
  return rows
}

/** @typedef {{ functionName: string, url: string, lineNumber: number, columnNumber: number }} Frame */

/**
 * @param {import('node:module').SourceMapPayload} payload of the bundle
 * @returns {(frame: Frame) => string} the category of a function
 */
function createOwners(payload) {
  const map = new SourceMap(payload)
  return ({ functionName, url, lineNumber, columnNumber }) => {
    if (functionName === '(idle)') return 'idle'
    if (functionName === '(garbage collector)') return 'garbage collection'
    if (functionName === '(program)' || functionName === '(root)') return 'the browser'
    if (!url.startsWith('blob:')) return 'called in the browser'
    const entry = map.findEntry(lineNumber, columnNumber)
    const source = 'originalSource' in entry ? entry.originalSource : ''
    if (/packages\/(core|vue|react)\//.test(source)) return 'ours'
    return source.includes('node_modules') ? 'the framework' : 'the component'
  }
}

/**
 * @param {{ nodes: { id: number, callFrame: Frame }[], samples: number[], timeDeltas: number[] }} profile
 * @param {ReturnType<typeof createOwners>} whose
 */
function shares({ nodes, samples, timeDeltas }, whose) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]))
  /** @type {Record<string, number>} */
  const times = {}
  /** @type {Record<string, number>} */
  const functions = {}
  let busy = 0
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id)
    const time = timeDeltas[index] ?? 0
    const owner = frame ? whose(frame) : 'idle'
    if (!frame || owner === 'idle') continue
    busy += time
    times[owner] = (times[owner] ?? 0) + time
    if (owner !== 'ours') continue
    const name = frame.functionName || '(anonymous)'
    functions[name] = (functions[name] ?? 0) + time
  }
  const most = Object.entries(functions).sort(([, one], [, other]) => other - one)
  return {
    shares: Object.fromEntries(Object.entries(times).map(([owner, time]) => [owner, time / busy])),
    ours: most.slice(0, 6).map(([name, time]) => ({ name, share: time / busy })),
  }
}
