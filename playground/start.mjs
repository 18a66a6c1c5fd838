// `npm start`: builds the playground's page, serves it and its server in one process on one port, and prints the URL. The development
// server of `--dev` builds nothing: it transforms each source when the browser requests it, so its first load is slower.
// Closes everything on SIGINT and SIGTERM.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, createServer, preview } from 'vite'

const usage = `Usage: npm start -- [--host <name or address>] [--port <number>] [--heartbeat <ms>] [--open] [--dev]

  --host       the address to listen on; default 127.0.0.1 (or PLAYGROUND_HOST)
  --port       the port; 0 takes any free port. Default: 5180, or the next free port (or PLAYGROUND_PORT)
  --heartbeat  interval and timeout of the server's heartbeat, in ms; default 5000 and 3000 (or PLAYGROUND_HEARTBEAT)
  --open       open the page in the default browser
  --dev        serve the page from its sources, and reload it when one of them changes`

try {
  const options = readOptions()
  if (options) await start(options)
  else console.log(usage)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

/** @typedef {{ host: string, port: number | undefined, heartbeat: string | undefined, open: boolean, dev: boolean }} Options */

/** @returns {Options | undefined} undefined if `--help` was given */
function readOptions() {
  const { values } = parseArgs({
    options: {
      host: { type: 'string', default: process.env['PLAYGROUND_HOST'] || '127.0.0.1' },
      port: { type: 'string', ...(process.env['PLAYGROUND_PORT'] && { default: process.env['PLAYGROUND_PORT'] }) },
      heartbeat: {
        type: 'string',
        ...(process.env['PLAYGROUND_HEARTBEAT'] && { default: process.env['PLAYGROUND_HEARTBEAT'] }),
      },
      open: { type: 'boolean', default: false },
      dev: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`--port: expected a whole number from 0 to 65535, got ${JSON.stringify(values.port)}`)
  }
  const { heartbeat } = values
  if (heartbeat !== undefined && !(Number(heartbeat) >= 1))
    throw new Error(`--heartbeat: expected ms, got ${JSON.stringify(heartbeat)}`)
  return { host: values.host, port, heartbeat, open: values.open, dev: values.dev }
}

/** @param {Options} options */
async function start({ host, port, heartbeat, open, dev }) {
  // The plugin in the Vite configuration reads this variable.
  if (heartbeat !== undefined) process.env['PLAYGROUND_HEARTBEAT'] = heartbeat
  /** @type {import('vite').ViteDevServer | import('vite').PreviewServer | undefined} */
  let server
  const stop = () => {
    // Vite has its own SIGTERM handler, which would exit with code 143.
    process.exitCode = 0
    // A second signal exits at once.
    process.once('SIGINT', () => process.exit(130))
    Promise.resolve(server?.close()).finally(() => process.exit())
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  const root = import.meta.dirname
  // A given port is used, or startup fails. The default port may be replaced by the next free one.
  const listen = { host, open, ...(port !== undefined && { port, strictPort: true }) }
  if (dev) {
    server = await createServer({ root, server: listen })
    await server.listen()
  } else {
    server = await preview({ root, preview: listen, build: { outDir: await buildPage(root) } })
  }
  console.log(`Holdfast playground: ${server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0]}`)
}

/**
 * Builds the page into a new folder, so that playgrounds that run at the same time do not disturb one another. The folder is removed
 * when this process ends.
 *
 * @param {string} root
 */
async function buildPage(root) {
  const outDir = mkdtempSync(join(tmpdir(), 'holdfast-playground-'))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  console.log('Building the page…')
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  return outDir
}
