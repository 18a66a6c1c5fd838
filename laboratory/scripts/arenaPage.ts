/** A headless Chromium in which the built arena runs scenarios, for the tests and for the table of results. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { chromium } from 'playwright'
import { build } from 'vite'
import { arenaConfig } from '../arenaConfig.ts'
import type { Batch, Command, Result, Speed } from '../src/arena/protocol.ts'
import type { Scenario } from '../src/scenario/schema.ts'

const root = new URL('..', import.meta.url).pathname

/** Before a time of the scenario, in virtual ms, the page sends a command. */
export interface Plan {
  speed: Speed
  /** Commands to send after the first batch of or after a virtual time. */
  commands?: [at: number, command: Command][]
}

export interface Outcome {
  result: Result
  /** How long the run took, in ms of real time, without loading. */
  duration: number
  /** The longest task of the page and the arena, in ms. */
  longestTask: number
  consoleErrors: string[]
}

export interface ArenaPage {
  run(scenario: Scenario, plan?: Plan): Promise<Outcome>
  close(): Promise<void>
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

/** The page around the arena. */
const HOST = '<!doctype html><title>host</title><link rel="icon" href="data:,">'

const serve = (folder: string): ReturnType<typeof createServer> =>
  createServer(({ url = '/' }, response) => {
    const path = normalize(new URL(url, 'http://x').pathname)
    if (path === '/') return response.writeHead(200, { 'content-type': 'text/html' }).end(HOST)
    try {
      const body = readFileSync(join(folder, path))
      return response.writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' }).end(body)
    } catch {
      return response.writeHead(404).end()
    }
  })

/** @param executablePath of Chromium. Default: that of Playwright */
export const openArenaPage = async (executablePath?: string): Promise<ArenaPage> => {
  const folder = mkdtempSync(join(tmpdir(), 'arena-'))
  await build({
    ...arenaConfig,
    root,
    configFile: false,
    logLevel: 'warn',
    build: { target: 'es2022', outDir: folder, emptyOutDir: true, rollupOptions: { input: join(root, 'arena.html') } },
  })
  const server = serve(folder)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] })
  return {
    run: async (scenario, plan = { speed: 'max' }) => {
      const page = await browser.newPage()
      const consoleErrors: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') consoleErrors.push(message.text())
      })
      page.on('pageerror', (error) => consoleErrors.push(String(error)))
      try {
        await page.goto(`http://127.0.0.1:${port}/`)
        return { ...(await page.evaluate(runInPage, { scenario, plan })), consoleErrors }
      } finally {
        await page.close()
      }
    },
    close: async () => {
      await browser.close()
      server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Runs in the page. It contains everything that it uses. */
const runInPage = async ({
  scenario,
  plan,
}: {
  scenario: Scenario
  plan: Plan
}): Promise<Omit<Outcome, 'consoleErrors'>> => {
  let longestTask = 0
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration)
  }).observe({ type: 'longtask' })
  const frame = document.createElement('iframe')
  frame.src = 'arena.html'
  const commands = [...(plan.commands ?? [])]
  const send = (command: Command): void => frame.contentWindow?.postMessage(command, location.origin)
  return new Promise((resolve, reject) => {
    let start = 0
    const receiveBatch = ({ now, done }: Batch): void => {
      start ||= performance.now()
      for (; commands[0] && commands[0][0] <= now; commands.shift()) send(commands[0][1])
      if (done) resolve({ result: done, duration: performance.now() - start, longestTask })
    }
    addEventListener('message', ({ data }) => {
      if (data.type === 'ready') send({ type: 'run', scenario, speed: plan.speed })
      else if (data.type === 'batch') receiveBatch(data)
      else reject(new Error(data.message))
    })
    document.body.append(frame)
  })
}
