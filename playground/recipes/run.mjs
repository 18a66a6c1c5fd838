// `npm run recipe -- <name>`: starts a recipe's server, and a page with two of its components. Enter stops and starts the server.
// Everything runs from sources, so no build is needed.
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { createServer, defaultClientConditions, runnerImport } from 'vite'

const names = ['jsonHeartbeat', 'protocolPing', 'chatRoom', 'quietLink', 'presence']
const usage = `Usage: npm run recipe -- <${names.join(' | ')}> [--port <number>] [--alone]

  --port   the port of the page; default 5190, or the next free port. The WebSocket server takes any free port.
  --alone  run only the server, on the port; default 8080`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    alone: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const [name = ''] = positionals
if (names.includes(name))
  await (values.alone ? runServer(name, Number(values.port ?? 8080)) : run(name, Number(values.port ?? 5190)))
else {
  console.log(usage)
  process.exitCode = values.help ? 0 : 1
}

/**
 * Loads a file of this folder, with the packages from their sources.
 * @param {string} path
 */
async function load(path) {
  const { module } = await runnerImport(fileURLToPath(new URL(path, import.meta.url)), {
    environments: { inline: { resolve: { conditions: ['source'], noExternal: ['@holdfast/server'] } } },
    logLevel: 'warn',
  })
  return /** @type {any} */ (module)
}

/**
 * @param {string} recipe
 * @param {number} port
 */
async function runServer(recipe, port) {
  const { start } = await load(`./${recipe}/server.mjs`)
  const { serve } = await load('./startServer.mjs')
  await serve(start, port)
}

/**
 * @param {string} recipe
 * @param {number} port
 */
async function run(recipe, port) {
  const { start } = await load(`./${recipe}/server.mjs`)
  let server = await start(0)
  const { url } = server
  const vite = await createServer({
    configFile: false,
    root: import.meta.dirname,
    plugins: [vue(), react()],
    resolve: { conditions: ['source', ...defaultClientConditions] },
    define: {
      'import.meta.env.VITE_RECIPE': JSON.stringify(recipe),
      'import.meta.env.VITE_SERVER': JSON.stringify(url),
    },
    server: { host: '127.0.0.1', port },
    // Vite reloads the page when it discovers a dependency late. Listing them avoids that.
    optimizeDeps: {
      include: ['vue', '@vueuse/shared', 'react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
    },
    // A separate cache, because the playground may run at the same time.
    cacheDir: fileURLToPath(new URL('../node_modules/.vite/recipes', import.meta.url)),
    logLevel: 'warn',
  })
  await vite.listen()
  console.log(`${recipe}: ${vite.resolvedUrls?.local[0]}\nEnter stops and starts the server; Ctrl-C exits.`)

  const toggle = async () => {
    const current = server
    server = undefined
    if (current) await current.close()
    else server = await start(Number(new URL(url).port))
    console.log(server ? 'The server is running.' : 'The server is stopped.')
  }
  let last = Promise.resolve()
  const lines = createInterface({ input: process.stdin })
  // Toggles run one after the other, even if Enter is pressed quickly.
  lines.on('line', () => {
    last = last.then(toggle)
  })
  const stop = () => {
    // Vite has its own SIGTERM handler, which would exit with code 143.
    process.exitCode = 0
    lines.close()
    Promise.all([vite.close(), server?.close()]).finally(() => process.exit())
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
}
