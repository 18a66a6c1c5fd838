/** Runs Vitest's browser mode in a browser that we start ourselves. The browser starts with the first page and is the same for all files. */

import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node'
import type { BrowserDriver } from './driver.ts'

/** @param name `firefox` or `webkit` */
export const driverProvider = (name: string, start: () => Promise<BrowserDriver>): BrowserProviderOption =>
  defineBrowserProvider({ name, supportedBrowser: [name], providerFactory: () => createProvider(name, start) })

/** What a provider passes to our commands: see `commands.ts`. */
export interface DriverContext {
  driver?: BrowserDriver
}

function createProvider(name: string, start: () => Promise<BrowserDriver>): BrowserProvider {
  let starting: Promise<BrowserDriver> | undefined
  let driver: BrowserDriver | undefined
  return {
    name,
    supportsParallelism: false,
    getCommandsContext: (): Record<string, unknown> & DriverContext => (driver ? { driver } : {}),
    openPage: async (_session, url) => {
      driver = await (starting ??= start())
      await driver.open(url)
    },
    close: async () => {
      const started = await starting?.catch(() => undefined)
      await started?.quit()
    },
  }
}
