/**
 * Commands that a test in a page runs in Node: they drive another page of the same browser. A test cannot leave its own page, hide it
 * or go back to it without ending the test.
 */

import type { BrowserContext } from 'playwright'
import type { BrowserCommand } from 'vitest/node'
import { driveChromium } from './chromiumDriver.ts'
import type { BrowserDriver } from './driver.ts'
import type { DriverContext } from './provider.ts'

declare module 'vitest/browser' {
  interface BrowserCommands {
    openPage(url: string): Promise<string>
    evaluateInPage(page: string, expression: string): Promise<unknown>
    hidePage(page: string): Promise<void>
    showPage(page: string): Promise<void>
    /** False if the engine cannot emulate it. */
    setPageOffline(page: string, offline: boolean): Promise<boolean>
    closePage(page: string): Promise<void>
  }
}

/** One driver for each Chromium. Playwright starts and ends the browser. */
const chromiumDrivers = new WeakMap<object, Promise<BrowserDriver>>()

function driverOf({ driver, context }: DriverContext & { context?: BrowserContext }): Promise<BrowserDriver> {
  if (driver) return Promise.resolve(driver)
  const browser = context!.browser()!
  const known = chromiumDrivers.get(browser) ?? driveChromium(browser)
  chromiumDrivers.set(browser, known)
  return known
}

const command =
  <Args extends unknown[], Result>(
    run: (driver: BrowserDriver, ...args: Args) => Promise<Result>,
  ): BrowserCommand<Args> =>
  async (context, ...args) =>
    run(await driverOf(context as unknown as DriverContext), ...args)

export const commands = {
  openPage: command((driver, url: string) => driver.open(url)),
  evaluateInPage: command((driver, page: string, expression: string) => driver.evaluate(page, expression)),
  hidePage: command((driver, page: string) => driver.hide(page)),
  showPage: command((driver, page: string) => driver.show(page)),
  setPageOffline: command(async (driver, page: string, offline: boolean) => {
    await driver.setOffline?.(page, offline)
    return driver.setOffline !== undefined
  }),
  closePage: command((driver, page: string) => driver.close(page)),
}
