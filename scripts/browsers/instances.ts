/** The engines in which the browser tests run: one Vitest instance for each that is installed. */

import { playwright } from '@vitest/browser-playwright'
import type { BrowserInstanceOption } from 'vitest/node'
import { findFirefox } from '../findFirefox.mjs'
import { findWebKit } from '../findWebKit.mjs'
import { startFirefox } from './firefoxDriver.ts'
import { driverProvider } from './provider.ts'
import { startWebKit } from './webKitDriver.ts'

/** Playwright turns off what some of our tests are about: the back/forward cache, and throttled pages. */
const ignoreDefaultArgs = [
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
]

/** @param chromium the path of Chromium, if there is one */
export function browserInstances(chromium: string | undefined): BrowserInstanceOption[] {
  const firefox = findFirefox()
  const webKit = findWebKit()
  if (!firefox) console.warn('\nNo Firefox: its browser tests are LEFT OUT of this run.\n')
  if (!webKit) console.warn('\nNo WebKitGTK: its browser tests are LEFT OUT of this run.\n')
  const instances: BrowserInstanceOption[] = []
  if (chromium) {
    const provider = playwright({ launchOptions: { executablePath: chromium, ignoreDefaultArgs } })
    instances.push({ browser: 'chromium', provider })
  }
  if (firefox) instances.push({ browser: 'firefox', provider: driverProvider('firefox', () => startFirefox(firefox)) })
  if (webKit) instances.push({ browser: 'webkit', provider: driverProvider('webkit', () => startWebKit(webKit)) })
  return instances
}
