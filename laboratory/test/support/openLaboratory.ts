// For the end-to-end tests: the built page on a plain file server, in a folder of it, and a Chromium.

import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { type BrowserContextOptions, type Page, chromium } from 'playwright'
import { build } from 'vite'

const root = new URL('../../', import.meta.url).pathname
const FOLDER = '/docs/lab/'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
}

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
  const outDir = mkdtempSync(join(tmpdir(), 'laboratory-'))
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })
  const server = createServer(({ url = '/' }, response) => {
    const path = normalize(new URL(url, 'http://localhost').pathname)
    const file = path.startsWith(FOLDER) ? path.slice(FOLDER.length) || 'index.html' : null
    const type = TYPES[extname(file ?? '')] ?? 'application/octet-stream'
    const send = (body: Buffer) => response.writeHead(200, { 'content-type': type }).end(body)
    if (file === null) response.writeHead(404).end()
    else readFile(join(outDir, file)).then(send, () => response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const address = `http://127.0.0.1:${port}${FOLDER}`
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
      rmSync(outDir, { recursive: true, force: true })
    },
  }
}
