// Opens an empty page of Chromium in a separate window, and measures the CPU time of its main thread.

import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @param {import('../../cdp.mjs').Cdp} chromium
 * @param {string} address
 */
export async function openBlankPage(chromium, address) {
  const { browserContextId } = await chromium.send('Target.createBrowserContext')
  const { targetId } = await chromium.send('Target.createTarget', { url: address, browserContextId, newWindow: true })
  const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true })
  const send = (/** @type {string} */ method, /** @type {object} */ params = {}) =>
    chromium.send(method, params, sessionId)
  const evaluate = async (/** @type {string} */ expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  while ((await evaluate('document.title')) !== 'worker' || (await evaluate('document.readyState')) !== 'complete')
    await sleep(10)
  await send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    evaluate,
    /** @returns {Promise<number>} ms of CPU that the tasks of the main thread have used so far */
    cpu: async () => {
      const { metrics } = await send('Performance.getMetrics')
      return 1000 * metrics.find((/** @type {{ name: string }} */ { name }) => name === 'TaskDuration').value
    },
    close: () => chromium.send('Target.disposeBrowserContext', { browserContextId }),
  }
}
