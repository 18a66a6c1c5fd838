// For the end-to-end tests: a Chromium with the playground's page, and access to its two panels.
import { type BrowserContextOptions, type Locator, type Page, chromium } from 'playwright'
import { expect } from 'vitest'

/** One panel of the page. */
export interface PanelHandle {
  kind: 'vue' | 'react'
  /** The element with this test id, without the prefix `vue-` or `react-`. */
  part(name: string): Locator
  /** Waits until the panel shows this status. */
  is(status: string): Promise<void>
  /** Presses "Connect", which does nothing if the panel has connected by itself in the meantime. */
  connect(): Promise<void>
  send(text: string): Promise<void>
  /** Waits until the chat shows a text, and returns the number of lines with it. */
  shows(text: string): Promise<number>
}

/** A page of the playground. */
export interface PlaygroundPage {
  page: Page
  panels: [PanelHandle, PanelHandle]
  part(testId: string): Locator
  /** Submits the settings form with these fields. A field is named by its test id without the prefix `settings-`. */
  apply(settings: Record<string, string | boolean>): Promise<void>
  /** Warnings and errors of the console, page errors and reloads. */
  consoleErrors: string[]
  /** May be called twice: by a test and after each test. */
  close(): Promise<void>
}

/** A browser. */
export interface Chromium {
  /**
   * Opens the page, in a profile of its own. With options the profile is new; without them it may be the one of a closed page, which is
   * three times faster. Motion is reduced by default, because the time line is then drawn once a second instead of ten times.
   */
  open(url: string, options?: BrowserContextOptions): Promise<PlaygroundPage>
  close(): Promise<void>
}

/** Launches the Chromium named by the environment, or Playwright's own. */
export async function openBrowser(): Promise<Chromium> {
  const executablePath = process.env['CHROMIUM']
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--disable-background-networking'],
  })
  /** Tabs of closed pages. A new tab starts a process, which takes most of the time that a page needs to open. */
  const idle: Page[] = []

  async function newTab(options?: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    return page
  }

  /** Leaves the tab as a new one is: without a document, settings and another size. */
  async function leave(page: Page): Promise<void> {
    page.removeAllListeners()
    await page.evaluate(() => sessionStorage.clear())
    await page.goto('about:blank')
    await page.setViewportSize({ width: 1280, height: 720 })
    idle.push(page)
  }

  return {
    close: () => browser.close(),
    async open(url, options) {
      const page = (options ? undefined : idle.pop()) ?? (await newTab(options))
      const consoleErrors: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) consoleErrors.push(message.text())
      })
      page.on('pageerror', (error) => consoleErrors.push(String(error)))
      await page.goto(url)
      page.on('framenavigated', () => consoleErrors.push('page reloaded'))
      let closing: Promise<void> | undefined
      return {
        page,
        consoleErrors,
        ...handles(page),
        close: () => (closing ??= options ? page.context().close() : leave(page)),
      }
    },
  }
}

function handles(page: Page): Pick<PlaygroundPage, 'panels' | 'part' | 'apply'> {
  const part = (testId: string): Locator => page.getByTestId(testId)
  return {
    part,
    panels: [panel(page, 'vue'), panel(page, 'react')],
    async apply(settings) {
      await part('settings-box').evaluate((box: HTMLDetailsElement) => {
        box.open = true
      })
      for (const [name, value] of Object.entries(settings)) {
        const input = part(`settings-${name}`)
        if (typeof value === 'boolean') await input.setChecked(value)
        else if (name === 'shared' || name === 'session') await input.selectOption(value)
        else await input.fill(value)
      }
      await part('settings-apply').click()
    },
  }
}

function panel(page: Page, kind: 'vue' | 'react'): PanelHandle {
  const part = (name: string): Locator => page.getByTestId(`${kind}-${name}`)
  return {
    kind,
    part,
    is: (status) => part('status').getByText(status, { exact: true }).waitFor(),
    connect: () => part('connect').click({ force: true }),
    async send(text) {
      await part('message').fill(text)
      await part('send').click()
    },
    async shows(text) {
      const lines = part('chat').getByText(text, { exact: true })
      await lines.first().waitFor()
      return lines.count()
    },
  }
}

/** Expects no console errors, except those that match `expected`. */
export function expectNoConsoleErrors({ consoleErrors }: PlaygroundPage, expected = /^$/): void {
  expect(consoleErrors.filter((text) => !expected.test(text))).toEqual([])
}

/** `expect.poll` with a timeout for busy machines. */
export function poll<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 60_000 })
}
