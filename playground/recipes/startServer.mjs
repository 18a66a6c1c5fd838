// The common part of the recipes' servers: a hub on loopback, helpers that validate input, and a command line. Each recipe has its own
// server.mjs.
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createHub } from '@holdfast/server'

/**
 * A recipe's server.
 * @typedef {object} RecipeServer
 * @property {string} url `ws://127.0.0.1:<port>`
 * @property {import('@holdfast/server').Hub} hub
 * @property {() => number} connections the number of open connections
 * @property {() => Promise<void>} close closes all connections and frees the port
 * @property {(() => void)[]} cleanups functions that `close` calls
 */

/** @typedef {import('@holdfast/server').Clock} Clock the clock of a server; tests pass a fake one */

/** @type {Clock} */
export const systemClock = {
  now: Date.now,
  setTimeout,
  clearTimeout: (handle) => clearTimeout(/** @type {never} */ (handle)),
  random: Math.random,
}

/**
 * Calls a function at an interval until the server closes.
 * @param {RecipeServer} server
 * @param {Clock} clock
 * @param {number} ms
 * @param {() => void} callback
 */
export function every({ cleanups }, clock, ms, callback) {
  const tick = () => {
    callback()
    handle = clock.setTimeout(tick, ms)
  }
  let handle = clock.setTimeout(tick, ms)
  cleanups.push(() => clock.clearTimeout(handle))
}

/**
 * Listens on 127.0.0.1. Clients use plain WebSocket messages: text is received as a string, strings are sent as text, other values as JSON.
 * @param {number} port 0 takes any free port
 * @param {import('@holdfast/server').HubOptions} [options] of the hub
 * @returns {Promise<RecipeServer>}
 */
export async function startServer(port, options) {
  const hub = createHub({ host: '127.0.0.1', port, codec: 'raw', allowedOrigins: isLocalOrigin, ...options })
  await hub.ready
  /** @type {(() => void)[]} */
  const cleanups = []
  const close = async () => {
    for (const cleanup of cleanups.splice(0)) cleanup()
    await hub.close()
  }
  return { url: `ws://127.0.0.1:${hub.port}`, hub, connections: () => hub.stats().connections, close, cleanups }
}

/**
 * Pages of any site can connect to loopback addresses; only pages of this machine are accepted.
 * @param {string} origin
 */
function isLocalOrigin(origin) {
  return URL.canParse(origin) && ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname)
}

/**
 * A field of the query string of the request, or ''.
 * @param {import('@holdfast/server').Connection} connection its URL is a path and may be invalid
 * @param {string} name
 */
export function queryField({ request }, name) {
  return new URLSearchParams(request.url?.split('?')[1]).get(name) ?? ''
}

/**
 * Parses a message as a JSON object; returns undefined if it is not one. Messages of clients must not be trusted.
 * @param {unknown} message
 * @returns {Record<string, unknown> | undefined}
 */
export function parseMessage(message) {
  try {
    const value = JSON.parse(String(message))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Starts the server if Node was started with its file: `node server.mjs [--port n]`.
 * @param {string} file the server's `import.meta.url`
 * @param {(port?: number) => Promise<RecipeServer>} start
 */
export async function runAlone(file, start) {
  if (file !== pathToFileURL(process.argv[1] ?? '').href) return
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } })
  await serve(start, Number(values.port))
}

/**
 * Starts a server, prints its URL, and closes it on SIGINT and SIGTERM.
 * @param {(port?: number) => Promise<RecipeServer>} start
 * @param {number} port
 */
export async function serve(start, port) {
  const { url, close } = await start(port)
  console.log(`Listening on ${url}`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close)
}
