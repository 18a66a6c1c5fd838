// `npm run lab:tables`: writes the tables of docs/more/laboratory.md and its Chinese version from docs/data/lab.json.

import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const { module } = await runnerImport(fileURLToPath(new URL('tables.ts', import.meta.url)), { configFile: false })
const { writeTables } = /** @type {typeof import('./tables.ts')} */ (module)
writeTables()
