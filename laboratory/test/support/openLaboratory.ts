// For the end-to-end tests: the built page on a plain file server, in a folder of it, and a Chromium.

import { type BrowserContextOptions, type Page, chromium } from 'playwright'
import { serveLaboratory } from './serveLaboratory.ts'

export interface OpenPage {
  page: Page
  /** The paths below the page's folder that were requested, and whole addresses elsewhere. */
  requests: string[]
  /** Errors of the console and of the page. */
  errors: string[]
}

export interface Laboratory {
  /** Opens a file of the built page, with a hash, in a new profile. */
  open(path: string, options?: BrowserContextOptions): Promise<OpenPage>
  close(): Promise<void>
}

export async function openLaboratory(): Promise<Laboratory> {
  const server = await serveLaboratory()
  const { address } = server
  const executablePath = process.env['CHROMIUM']
  const browser = await chromium.launch({
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--disable-background-networking'],
  })
  return {
    async open(path, options) {
      const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options })
      const page = await context.newPage()
      page.setDefaultTimeout(60_000)
      const requests: string[] = []
      const errors: string[] = []
      context.on('request', (request) => requests.push(request.url().replace(address, '')))
      page.on('pageerror', (error) => errors.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
      await page.goto(address + path)
      return { page, requests, errors }
    },
    async close() {
      await browser.close()
      server.close()
    },
  }
}
