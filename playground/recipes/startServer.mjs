// What the recipes' servers have in common: a WebSocket server on loopback that bad input does not end, and a command line.
// What a recipe is about is in its own server.mjs.
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'

/**
 * A recipe's server.
 * @typedef {object} RecipeServer
 * @property {string} url `ws://127.0.0.1:<port>`
 * @property {WebSocketServer} sockets
 * @property {() => number} connections how many are open
 * @property {() => Promise<void>} close cuts all connections; the port is free afterwards
 */

/**
 * The time, as a server that does things at times wants it; the tests give theirs.
 * @typedef {object} Clock
 * @property {() => number} now epoch ms
 * @property {(callback: () => void, delay: number) => unknown} setTimeout
 * @property {(handle: never) => void} clearTimeout
 */

/** @type {Clock} */
export const systemClock = { now: Date.now, setTimeout, clearTimeout }

/**
 * Does something every so many ms, until the server closes.
 * @param {RecipeServer} server
 * @param {Clock} clock
 * @param {number} ms
 * @param {() => void} act
 */
export function every({ sockets }, clock, ms, act) {
  const turn = () => {
    act()
    handle = clock.setTimeout(turn, ms)
  }
  let handle = clock.setTimeout(turn, ms)
  sockets.once('close', () => clock.clearTimeout(/** @type {never} */ (handle)))
}

/**
 * Listens on 127.0.0.1.
 * @param {number} port 0 takes any free one
 * @returns {Promise<RecipeServer>}
 */
export async function startServer(port) {
  const sockets = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: 64 * 1024, verifyClient: isFromHere })
  await once(sockets, 'listening')
  // An invalid frame is an `error`, and an unheard one would end the process; `ws` closes that connection by itself.
  sockets.on('connection', (socket) => socket.on('error', () => {}))
  const { port: taken } = /** @type {import('node:net').AddressInfo} */ (sockets.address())
  return {
    url: `ws://127.0.0.1:${taken}`,
    sockets,
    connections: () => sockets.clients.size,
    close: () => new Promise((resolve) => {
      sockets.close(() => resolve())
      for (const socket of sockets.clients) socket.terminate()
    }),
  }
}

/**
 * A page of any site may dial loopback; only those of this machine are served.
 * @param {{ origin: string | undefined }} info programs other than browsers send no origin
 */
function isFromHere({ origin }) {
  return !origin || (URL.canParse(origin) && ['127.0.0.1', 'localhost'].includes(new URL(origin).hostname))
}

/**
 * A field of the query in the URL that was dialled, or ''.
 * @param {import('node:http').IncomingMessage} request its URL is a path, and need not be a valid one
 * @param {string} name
 */
export function queryField(request, name) {
  return new URLSearchParams(request.url?.split('?')[1]).get(name) ?? ''
}

/**
 * The message in a frame, or undefined where it is not a JSON object: what a client sends is never to be trusted.
 * @param {import('ws').RawData} data
 * @returns {Record<string, unknown> | undefined}
 */
export function parseMessage(data) {
  try {
    const message = JSON.parse(String(data))
    return typeof message === 'object' && message !== null ? message : undefined
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
  const { url, close } = await start(Number(values.port))
  console.log(`Listening on ${url}`)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, close)
}
