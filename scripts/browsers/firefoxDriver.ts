/** Firefox over WebDriver BiDi, which needs no further program. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBidi } from './bidi.ts'
import { startProgram } from './childProcess.ts'
import { type BrowserDriver, asJson } from './driver.ts'

/** No requests to Mozilla, no first-run pages. */
const preferences = {
  'app.update.disabledForTesting': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // After a refused handshake Firefox delays the next WebSocket to that port, and every other WebSocket to that host waits meanwhile.
  'network.websocket.delay-failed-reconnects': false,
  'remote.active-protocols': 1,
  'toolkit.telemetry.server': '',
}

type Evaluated =
  | { type: 'success'; result: { value: string } }
  | { type: 'exception'; exceptionDetails: { text: string } }

export async function startFirefox(path: string): Promise<BrowserDriver> {
  const profile = await mkdtemp(join(tmpdir(), 'holdfast-firefox-'))
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`)
  await writeFile(join(profile, 'user.js'), lines.join(''))
  const args = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank']
  const firefox = startProgram(path, args, { HOME: profile })
  const quit = async (): Promise<void> => {
    await firefox.stop()
    await rm(profile, { recursive: true, force: true })
  }
  try {
    const [, address] = await firefox.line(/WebDriver BiDi listening on (ws:\S+)/)
    const { send } = await connectBidi(`${address}/session`)
    await send('session.new', { capabilities: {} })
    return { ...pages(send), quit }
  } catch (error) {
    await quit()
    throw error
  }
}

function pages(send: <Result>(method: string, params?: object) => Promise<Result>): Omit<BrowserDriver, 'quit'> {
  /** The tab in front of each hidden page. */
  const covers = new Map<string, string>()
  return {
    open: async (url) => {
      const { context } = await send<{ context: string }>('browsingContext.create', { type: 'window' })
      await send('browsingContext.navigate', { context, url, wait: 'complete' })
      return context
    },
    evaluate: async (context, expression) => {
      const script = { expression: asJson(expression), target: { context }, awaitPromise: true }
      const evaluated = await send<Evaluated>('script.evaluate', script)
      if (evaluated.type === 'exception') throw new Error(evaluated.exceptionDetails.text)
      return JSON.parse(evaluated.result.value)
    },
    hide: async (context) => {
      const tab = { type: 'tab', referenceContext: context }
      covers.set(context, (await send<{ context: string }>('browsingContext.create', tab)).context)
    },
    show: async (context) => {
      await send('browsingContext.close', { context: covers.get(context) })
      await send('browsingContext.activate', { context })
    },
    setOffline: async (context, offline) => {
      const networkConditions = offline ? { type: 'offline' } : null
      await send('emulation.setNetworkConditions', { networkConditions, contexts: [context] })
    },
    close: async (context) => void (await send('browsingContext.close', { context })),
  }
}
