// `npm start`: the playground's page and its misbehaving server in one process on one port; prints one URL.
// Ends with everything closed on SIGINT and SIGTERM.
import { parseArgs } from 'node:util'
import { createServer } from 'vite'

const usage = `Usage: npm start -- [--host <name or address>] [--port <number>] [--heartbeat <ms>] [--open] [--still]

  --host       where to listen, 127.0.0.1 unless told otherwise (or PLAYGROUND_HOST)
  --port       which port; 0 takes any free one. Without it: 5180, or the next free one (or PLAYGROUND_PORT)
  --heartbeat  how often server and page ask each other, and how long they wait for an answer; 5000 and 3000 without it (or PLAYGROUND_HEARTBEAT)
  --open       show the page in the default browser
  --still      do not watch the sources: the page stays as it is while they change`

try {
  const options = readOptions()
  if (options) await start(options)
  else console.log(usage)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

/** @typedef {{ host: string, port: number | undefined, heartbeat: string | undefined, open: boolean, still: boolean }} Options */

/** @returns {Options | undefined} undefined: only help is wanted */
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
      still: { type: 'boolean', default: false },
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
  return { host: values.host, port, heartbeat, open: values.open, still: values.still }
}

/** @param {Options} options */
async function start({ host, port, heartbeat, open, still }) {
  // Read by the plugin, which Vite finds in its configuration.
  if (heartbeat !== undefined) process.env['PLAYGROUND_HEARTBEAT'] = heartbeat
  const server = await createServer({
    root: import.meta.dirname,
    // A port that was asked for is that port or an error; the usual one may give way to the next.
    server: {
      host,
      open,
      ...(still && { watch: null, hmr: false }),
      ...(port !== undefined && { port, strictPort: true }),
    },
  })
  await server.listen()

  const stop = () => {
    // Vite listens to SIGTERM as well and would end with 143.
    process.exitCode = 0
    // A second signal does not wait.
    process.once('SIGINT', () => process.exit(130))
    server.close().finally(() => process.exit())
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  console.log(`Holdfast playground: ${server.resolvedUrls?.local[0] ?? server.resolvedUrls?.network[0]}`)
}
