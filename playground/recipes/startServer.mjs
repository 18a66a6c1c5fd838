// What the recipes' servers have in common: a hub on loopback that bad input does not end, and a command line. What a recipe is about
// is in its own server.mjs.
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { createHub } from '@holdfast/server'

/**
 * A recipe's server.
 * @typedef {object} RecipeServer
 * @property {string} url `ws://127.0.0.1:<port>`
 * @property {import('@holdfast/server').Hub} hub
 * @property {() => number} connections how many are open
 * @property {() => Promise<void>} close ends all connections; the port is free afterwards
 * @property {(() => void)[]} endings what is to be called then
 */

/** @typedef {import('@holdfast/server').Clock} Clock the time, as a server that does things at times wants it; the tests give theirs */

/** @type {Clock} */
export const systemClock = {
  now: Date.now,
  setTimeout,
  clearTimeout: (handle) => clearTimeout(/** @type {never} */ (handle)),
  random: Math.random,
}

/**
 * Does something every so many ms, until the server closes.
 * @param {RecipeServer} server
 * @param {Clock} clock
 * @param {number} ms
 * @param {() => void} act
 */
export function every({ endings }, clock, ms, act) {
  const turn = () => {
    act()
    handle = clock.setTimeout(turn, ms)
  }
  let handle = clock.setTimeout(turn, ms)
  endings.push(() => clock.clearTimeout(handle))
}

/**
 * Listens on 127.0.0.1. Clients speak plainly: text arrives as it is, and strings leave as they are, anything else as JSON.
 * @param {number} port 0 takes any free one
 * @param {import('@holdfast/server').HubOptions} [options] of the hub
 * @returns {Promise<RecipeServer>}
 */
export async function startServer(port, options) {
  const hub = createHub({ host: '127.0.0.1', port, codec: 'raw', allowedOrigins: isFromHere, ...options })
  await hub.ready
  /** @type {(() => void)[]} */
  const endings = []
  const close = async () => {
    for (const end of endings.splice(0)) end()
    await hub.close()
  }
  return { url: `ws://127.0.0.1:${hub.port}`, hub, connections: () => hub.stats().connections, close, endings }
}

/**
 * A page of any site may dial loopback; only those of this machine are served.
 * @param {string} origin
 */
function isFromHere(origin) {
  return URL.canParse(origin) && ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname)
}

/**
 * A field of the query in the URL that was dialled, or ''.
 * @param {import('@holdfast/server').Connection} connection its URL is a path, and need not be a valid one
 * @param {string} name
 */
export function queryField({ request }, name) {
  return new URLSearchParams(request.url?.split('?')[1]).get(name) ?? ''
}

/**
 * The JSON object in a message, or undefined where it is none: what a client sends is never to be trusted.
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
 * Starts the server if its file is what Node was asked to run: `node server.mjs [--port n]`.
 * @param {string} file the server's `import.meta.url`
 * @param {(port?: number) => Promise<RecipeServer>} start
 */
export async function runAlone(file, start) {
  if (file !== pathToFileURL(process.argv[1] ?? '').href) return
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8080' } } })
  await serve(start, Number(values.port))
}

/**
 * Starts a server, says where it is, and closes it on SIGINT and SIGTERM.
 * @param {(port?: number) => Promise<RecipeServer>} start
 * @param {number} port
 */
export async function serve(start, port) {
  const { url, close } = await start(port)
  console.log(`Listening on ${url}`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close)
}
