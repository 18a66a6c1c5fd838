// `npm run dev`: the page with reload on change. `npm start`: the built page. Both with the WebSocket server, in one process.

import { createServer, preview } from 'vite'
import './server.mjs'

const isDevelopment = process.argv.includes('--dev')
const page = isDevelopment ? await (await createServer()).listen() : await preview()
page.printUrls()
