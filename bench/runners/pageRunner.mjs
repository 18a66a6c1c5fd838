// A page of Chromium that runs jobs, one at a time.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * @param {import('../cdp.mjs').Cdp} chromium
 * @param {string} bundle a bundle that calls `serveJobs`
 * @param {{ profile?: string | undefined }} [options] `profile`: the path of a CPU profile to write
 * @returns {Promise<import('./nodeRunner.mjs').Runner & { sessionId: string }>}
 */
export async function createPageRunner({ send }, bundle, { profile } = {}) {
  const script = await readFile(bundle, 'utf8')
  // A new browser context has a separate window and renderer process.
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
  await evaluate(
    `import(URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: 'text/javascript' }))).then(() => {})`,
  )
  await send('Performance.enable', { timeDomain: 'threadTicks' }, sessionId)
  if (profile) {
    await send('Profiler.enable', {}, sessionId)
    await send('Profiler.start', {}, sessionId)
  }
  return {
    sessionId,
    run: async (job) => {
      await send('HeapProfiler.collectGarbage', {}, sessionId)
      const before = await cpuSeconds()
      const value = await evaluate(`runJob(${JSON.stringify(job)})`)
      return { value, cpuSeconds: (await cpuSeconds()) - before }
    },
    heap: async () => {
      for (let turn = 0; turn < 3; turn++) await send('HeapProfiler.collectGarbage', {}, sessionId)
      return (await send('Runtime.getHeapUsage', {}, sessionId)).usedSize
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
