// `npm run recipe -- <name>`: a recipe's server, and a page with two of its components connected to it. Enter takes the server
// away and brings it back. All from sources: nothing needs to be built.
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import react from '@vitejs/plugin-react'
import vue from '@vitejs/plugin-vue'
import { createServer, defaultClientConditions, runnerImport } from 'vite'

const names = ['jsonHeartbeat', 'protocolPing', 'chatRoom', 'quietLink', 'presence']
const usage = `Usage: npm run recipe -- <${names.join(' | ')}> [--port <number>] [--alone]

  --port   of the page; without it 5190, or the next free one. The WebSocket server takes any free one.
  --alone  only the server, on the port; without one 8080`

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
 * A file of this folder, with our packages from their sources, as the page has them.
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
    // Found late, a dependency would make Vite reload the page.
    optimizeDeps: {
      include: ['vue', '@vueuse/shared', 'react', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime'],
    },
    // Not that of the playground, which may be running beside it.
    cacheDir: fileURLToPath(new URL('../node_modules/.vite/recipes', import.meta.url)),
    logLevel: 'warn',
  })
  await vite.listen()
  console.log(`${recipe}: ${vite.resolvedUrls?.local[0]}\nEnter takes the server away and brings it back; Ctrl-C ends.`)

  const toggle = async () => {
    const present = server
    server = undefined
    if (present) await present.close()
    else server = await start(Number(new URL(url).port))
    console.log(server ? 'The server is back.' : 'The server is away.')
  }
  let last = Promise.resolve()
  const lines = createInterface({ input: process.stdin })
  // One after the other, however fast somebody types.
  lines.on('line', () => {
    last = last.then(toggle)
  })
  const stop = () => {
    // Vite listens to SIGTERM as well and would end with 143.
    process.exitCode = 0
    lines.close()
    Promise.all([vite.close(), server?.close()]).finally(() => process.exit())
  }
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, stop)
}
