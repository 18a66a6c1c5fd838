// `npm run lab:results`: runs all scenarios with five seeds in a headless Chromium, and writes docs/data/lab.json. Arguments limit it to
// some scenarios, and then it writes nothing.

import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const { module } = await runnerImport(fileURLToPath(new URL('results.ts', import.meta.url)), { configFile: false })
await /** @type {typeof import('./results.ts')} */ (module).writeResults(process.argv.slice(2))
