/**
 * Pages of the Chromium that Playwright has started, over the DevTools protocol. Playwright's own pages would not do: it emulates
 * focus, so that none of them is ever hidden. It ignores pages in a browser context that it has not created.
 */

import type { Browser, CDPSession } from 'playwright'
import { type BrowserDriver, asJson } from './driver.ts'

interface Page {
  targetId: string
  send(method: string, params?: object): Promise<unknown>
}

interface Evaluated {
  result: { value: string }
  exceptionDetails?: { text: string; exception?: { description?: string } }
}

export async function driveChromium(browser: Browser): Promise<BrowserDriver> {
  const cdp = await browser.newBrowserCDPSession()
  const { browserContextId } = await cdp.send('Target.createBrowserContext')
  const pages = new Map<string, Page>()
  const pageOf = (id: string): Page => pages.get(id)!

  const setWindowState = async (id: string, windowState: 'minimized' | 'normal'): Promise<void> => {
    const { windowId } = await cdp.send('Browser.getWindowForTarget', { targetId: pageOf(id).targetId })
    await cdp.send('Browser.setWindowBounds', { windowId, bounds: { windowState } })
  }
  const evaluate: BrowserDriver['evaluate'] = async (id, expression) => {
    const script = { expression: asJson(expression), awaitPromise: true, returnByValue: true }
    const { result, exceptionDetails } = (await pageOf(id).send('Runtime.evaluate', script)) as Evaluated
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return JSON.parse(result.value)
  }
  return {
    evaluate,
    open: async (url) => {
      const { targetId } = await cdp.send('Target.createTarget', {
        url: 'about:blank',
        browserContextId,
        newWindow: true,
      })
      const page = await attach(cdp, targetId)
      pages.set(targetId, page)
      // It returns when the new document has begun, so that `load` is not the one of the empty page.
      await page.send('Page.navigate', { url })
      await evaluate(
        targetId,
        `new Promise((done) => document.readyState === 'complete' ? done() : addEventListener('load', () => done()))`,
      )
      return targetId
    },
    hide: (id) => setWindowState(id, 'minimized'),
    show: (id) => setWindowState(id, 'normal'),
    setOffline: async (id, offline) => {
      const conditions = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
      await pageOf(id).send('Network.enable')
      await pageOf(id).send('Network.emulateNetworkConditions', conditions)
    },
    close: async (id) => {
      await cdp.send('Target.closeTarget', { targetId: id })
      pages.delete(id)
    },
    quit: async () => void (await cdp.send('Target.disposeBrowserContext', { browserContextId })),
  }
}

/** A session with one page. Playwright's connection would ignore the messages of a flat session that it has not created. */
async function attach(cdp: CDPSession, targetId: string): Promise<Page> {
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: false })
  const pending = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>()
  let lastId = 0
  cdp.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return
    const { id, result, error } = JSON.parse(event.message) as {
      id?: number
      result?: unknown
      error?: { message: string }
    }
    const command = pending.get(id ?? 0)
    pending.delete(id ?? 0)
    if (error) command?.reject(new Error(error.message))
    else command?.resolve(result)
  })
  return {
    targetId,
    send: (method, params = {}) =>
      new Promise((resolve, reject) => {
        pending.set(++lastId, { resolve, reject })
        const message = JSON.stringify({ id: lastId, method, params })
        void cdp.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject)
      }),
  }
}
