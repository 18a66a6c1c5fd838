// For the end-to-end tests: a Chromium and the playground's page in it, with handles on its two panels.
import { type BrowserContextOptions, type Locator, type Page, chromium } from 'playwright'
import { expect } from 'vitest'

/** The parts of one panel. */
export interface PanelHandle {
  kind: 'vue' | 'react'
  /** A part by the end of its test id, such as `status`. */
  part(name: string): Locator
  /** Waits for a status. */
  is(status: string): Promise<void>
  say(text: string): Promise<void>
  /** Waits until the chat shows a text, and returns how often it does. */
  shows(text: string): Promise<number>
}

/** A page of the playground. */
export interface PlaygroundPage {
  page: Page
  panels: [PanelHandle, PanelHandle]
  part(testId: string): Locator
  /** Submits the settings form with these fields, by the end of their test id. */
  apply(settings: Record<string, string | boolean>): Promise<void>
  /** What the console complained about. */
  complaints: string[]
  close(): Promise<void>
}

/** A browser. */
export interface Chromium {
  /** Opens the page; with options in a profile of its own, without them in one that has loaded it before, which is faster. */
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
  const shared = await browser.newContext()
  return {
    close: () => browser.close(),
    async open(url, options) {
      const context = options ? await browser.newContext(options) : shared
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      const complaints: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
      })
      page.on('pageerror', (error) => complaints.push(String(error)))
      await page.goto(url)
      page.on('framenavigated', () => complaints.push('loaded again'))
      return { page, complaints, ...handles(page), close: () => (options ? context.close() : page.close()) }
    },
  }
}

function handles(page: Page): Pick<PlaygroundPage, 'panels' | 'part' | 'apply'> {
  const part = (testId: string): Locator => page.getByTestId(testId)
  return {
    part,
    panels: [panel(page, 'vue'), panel(page, 'react')],
    async apply(settings) {
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
    async say(text) {
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

/** Fails when the console of a page complained, save about what a test did to its server. */
export function expectQuiet({ complaints }: PlaygroundPage, expected = /^$/): void {
  expect(complaints.filter((text) => !expected.test(text))).toEqual([])
}

/** `expect.poll` with the patience that a busy machine needs. */
export function poll<T>(read: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 60_000 })
}
