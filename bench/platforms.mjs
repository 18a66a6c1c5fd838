// Where candidates run. A platform gives each candidate a place of its own, a process or a page, warm and kept for all rounds of a
// workload: compiled code and garbage of one never burden another.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { launchChromium } from './cdp.mjs'
import { startChild } from './child.mjs'

/**
 * @typedef {object} Sample
 * @property {number} seconds
 * @property {number} cpuSeconds of the thread that runs the candidate (in Node: of its process)
 */

/**
 * @typedef {object} Place
 * @property {(job: import('./runJob.mjs').Job) => Promise<Sample>} run
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Platform
 * @property {string} name
 * @property {string} version
 * @property {number} few messages, enough to warm up and for a round of --quick
 * @property {(label: string) => Promise<Place>} createPlace the label names its profile, if one is written
 * @property {() => Promise<void>} close
 */

/** Longest round, in ms; far above what any takes. */
const PATIENCE = 60_000

/**
 * @param {string} bundle
 * @param {string | undefined} profiles folder
 * @returns {Platform}
 */
export const createNodePlatform = (bundle, profiles) => ({
  name: 'Node',
  version: process.version,
  few: 100_000,
  createPlace: async label => {
    const profile = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=Node.${label}.cpuprofile`] : []
    const child = startChild(bundle, ['--expose-gc', ...profile])
    await child.hear(PATIENCE)
    return {
      run: async job => {
        child.tell({ ...job })
        const { error, ...sample } = await child.hear(PATIENCE)
        if (error) throw new Error(error)
        return sample
      },
      close: child.end,
    }
  },
  close: async () => {},
})

/**
 * @param {string} bundle
 * @param {string} executablePath
 * @param {string | undefined} profiles folder
 * @returns {Promise<Platform>}
 */
export async function createChromiumPlatform(bundle, executablePath, profiles) {
  const { send, close } = await launchChromium(executablePath)
  const { product } = await send('Browser.getVersion').catch(async error => {
    await close()
    throw error
  })
  const script = await readFile(bundle, 'utf8')
  return {
    name: 'Chromium',
    version: product.replace(/^\D+/, ''),
    few: 20_000,
    createPlace: label => createPage(send, script, profiles && join(profiles, `Chromium.${label}.cpuprofile`)),
    close,
  }
}

/**
 * @param {import('./cdp.mjs').Cdp['send']} send
 * @param {string} script
 * @param {string | undefined} profile path
 * @returns {Promise<Place>}
 */
async function createPage(send, script, profile) {
  // A context of its own is a window and a renderer process of its own.
  const { browserContextId } = await send('Target.createBrowserContext')
  const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId, newWindow: true })
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
  const evaluate = async (/** @type {string} */ expression) => {
    const params = { expression, awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = await send('Runtime.evaluate', params, sessionId)
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  const cpuSeconds = async () => {
    const { metrics } = await send('Performance.getMetrics', {}, sessionId)
    return metrics.find((/** @type {{ name: string }} */ { name }) => name === 'TaskDuration').value
  }
  await evaluate(`import(URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: 'text/javascript' }))).then(() => {})`)
  await send('Performance.enable', { timeDomain: 'threadTicks' }, sessionId)
  if (profile) {
    await send('Profiler.enable', {}, sessionId)
    await send('Profiler.start', {}, sessionId)
  }
  return {
    run: async job => {
      await send('HeapProfiler.collectGarbage', {}, sessionId)
      const before = await cpuSeconds()
      const seconds = await evaluate(`runJob(${JSON.stringify(job)})`)
      return { seconds, cpuSeconds: (await cpuSeconds()) - before }
    },
    close: async () => {
      if (profile) await writeProfile(profile, await send('Profiler.stop', {}, sessionId))
      await send('Target.disposeBrowserContext', { browserContextId })
    },
  }
}

/**
 * @param {string} path
 * @param {{ profile: object }} answer
 */
async function writeProfile(path, { profile }) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify(profile))
}
