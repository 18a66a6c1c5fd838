// Controls a Chromium directly over the DevTools protocol. Playwright is unsuitable here: it enables the protocol's Network domain in every
// page, which then reports each WebSocket message to Playwright, at many times the measured cost.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-gpu',
  '--disable-sync',
  '--no-first-run',
  // A pipe instead of a port: the browser exits whenever this process does.
  '--remote-debugging-pipe',
]
/** Timeout of an answer, in ms. */
const PATIENCE = 60_000

/**
 * @typedef {object} Cdp
 * @property {(method: string, params?: object, sessionId?: string) => Promise<any>} send
 * @property {() => Promise<void>} close closes the browser
 */

/**
 * @param {string} path
 * @returns {Promise<Cdp>}
 */
export async function launchChromium(path) {
  const profile = await mkdtemp(join(tmpdir(), 'bench-chromium-'))
  const browser = spawn(path, [...ARGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const ended = once(browser, 'exit').catch(() => {})
  const [, , , input, output] = browser.stdio
  const send = createSend(
    /** @type {import('node:stream').Writable} */ (input),
    /** @type {import('node:stream').Readable} */ (output),
  )
  return {
    send,
    close: async () => {
      await Promise.race([send('Browser.close'), ended]).catch(() => {})
      browser.kill('SIGKILL')
      await ended
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

/**
 * Messages are JSON, each terminated by a zero byte.
 * @param {import('node:stream').Writable} input of the browser
 * @param {import('node:stream').Readable} output
 * @returns {Cdp['send']}
 */
function createSend(input, output) {
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const calls = new Map()
  let last = 0
  let rest = ''
  output.setEncoding('utf8')
  output.on('data', (chunk) => {
    const messages = (rest + chunk).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const { id, result, error } = JSON.parse(message)
      if (error) calls.get(id)?.reject(new Error(error.message))
      else calls.get(id)?.resolve(result)
    }
  })
  output.on('close', () => {
    for (const { reject } of calls.values()) reject(new Error('Chromium has gone'))
  })
  input.on('error', () => {})
  return async (method, params = {}, sessionId = undefined) => {
    if (output.destroyed) throw new Error('Chromium has gone')
    const id = ++last
    const late = setTimeout(
      () => calls.get(id)?.reject(new Error(`${method} took longer than ${PATIENCE} ms`)),
      PATIENCE,
    )
    try {
      return await new Promise((resolve, reject) => {
        calls.set(id, { resolve, reject })
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      })
    } finally {
      clearTimeout(late)
      calls.delete(id)
    }
  }
}
