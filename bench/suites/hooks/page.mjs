// A page of Chromium in which hooks are mounted, to itself: what one candidate compiles and leaves never burdens another.

import { readFile } from 'node:fs/promises'

/**
 * @typedef {object} Page
 * @property {(call: string, argument?: object) => Promise<any>} call a function of `page/entry.mjs`
 * @property {(expression: string) => Promise<any>} evaluate
 * @property {import('../../cdp.mjs').Cdp['send']} send to this page
 * @property {() => Promise<Record<string, number>>} metrics TaskDuration and ScriptDuration are CPU seconds of the main thread
 * @property {() => Promise<number>} heap bytes in use, after a garbage collection
 * @property {() => Promise<void>} close
 */

/**
 * @param {import('../../cdp.mjs').Cdp} chromium
 * @param {string} bundle
 * @param {string} [first] an expression that is evaluated before the bundle is
 * @returns {Promise<Page>}
 */
export async function openPage(chromium, bundle, first = '') {
  const script = await readFile(bundle, 'utf8')
  // A context of its own is a window and a renderer process of its own.
  const { browserContextId } = await chromium.send('Target.createBrowserContext')
  const { targetId } = await chromium.send('Target.createTarget', {
    url: 'about:blank',
    browserContextId,
    newWindow: true,
  })
  const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true })
  /** @type {Page['send']} */
  const send = (method, params = {}) => chromium.send(method, params, sessionId)
  const evaluate = async (/** @type {string} */ expression) => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }
  if (first) await evaluate(first)
  await evaluate(
    `import(URL.createObjectURL(new Blob([${JSON.stringify(script)}], { type: 'text/javascript' }))).then(() => {})`,
  )
  await send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    call: (name, argument = {}) => evaluate(`hooks.${name}(${JSON.stringify(argument)})`),
    evaluate,
    send,
    metrics: async () => {
      const { metrics } = await send('Performance.getMetrics')
      return Object.fromEntries(
        metrics.map((/** @type {{ name: string, value: number }} */ { name, value }) => [name, value]),
      )
    },
    heap: async () => {
      // Twice: what a finalizer lets go of is freed by the next.
      for (let time = 0; time < 2; time++) await send('HeapProfiler.collectGarbage')
      return (await send('Runtime.getHeapUsage')).usedSize
    },
    close: async () => {
      await chromium.send('Target.disposeBrowserContext', { browserContextId })
    },
  }
}
