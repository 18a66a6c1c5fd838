// A Chromium spoken to over the DevTools protocol directly. Playwright will not do here: it enables the protocol's Network domain in
// every page, which then reports each WebSocket message to Playwright, and costs many times what is to be measured.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { WebSocket } from 'ws'

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
  '--remote-debugging-port=0',
]
/** Longest start, and longest answer, in ms. */
const PATIENCE = 30_000

/**
 * @typedef {object} Cdp
 * @property {(method: string, params?: object, sessionId?: string) => Promise<any>} send
 * @property {() => Promise<void>} close ends the browser; nothing is left
 */

/**
 * @param {string} path
 * @returns {Promise<Cdp>}
 */
export async function launchChromium(path) {
  const profile = await mkdtemp(join(tmpdir(), 'bench-chromium-'))
  const browser = spawn(path, [...ARGS, `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(browser, 'exit')
  const close = async () => {
    browser.kill('SIGKILL')
    await ended
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  try {
    const socket = new WebSocket(await debuggerUrl(browser.stderr), { perMessageDeflate: false, maxPayload: 2 ** 28 })
    await once(socket, 'open', { signal: AbortSignal.timeout(PATIENCE) })
    const send = speak(socket)
    return {
      send,
      close: async () => {
        await Promise.race([send('Browser.close').catch(() => {}), ended])
        socket.terminate()
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Chromium says it on its error stream, which is read on to its end: a full pipe would stop the browser.
 * @param {import('node:stream').Readable} stream
 * @returns {Promise<string>}
 */
function debuggerUrl(stream) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Chromium did not start in time')), PATIENCE)
    createInterface(stream)
      .on('line', line => {
        const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
        if (!url) return
        clearTimeout(timer)
        resolve(url)
      })
      .once('close', () => {
        clearTimeout(timer)
        reject(new Error('Chromium ended while starting'))
      })
  })
}

/**
 * @param {WebSocket} socket
 * @returns {Cdp['send']}
 */
function speak(socket) {
  /** @type {Map<number, { resolve: (result: unknown) => void, reject: (error: Error) => void }>} */
  const calls = new Map()
  let last = 0
  socket.on('message', data => {
    const { id, result, error } = JSON.parse(String(data))
    const call = calls.get(id)
    if (error) call?.reject(new Error(error.message))
    else call?.resolve(result)
  })
  socket.on('close', () => {
    for (const { reject } of calls.values()) reject(new Error('Chromium has gone'))
  })
  return async (method, params = {}, sessionId = undefined) => {
    const id = ++last
    const late = setTimeout(() => calls.get(id)?.reject(new Error(`${method} took longer than ${PATIENCE} ms`)), PATIENCE)
    try {
      return await new Promise((resolve, reject) => {
        calls.set(id, { resolve, reject })
        socket.send(JSON.stringify({ id, method, params, sessionId }))
      })
    } finally {
      clearTimeout(late)
      calls.delete(id)
    }
  }
}
