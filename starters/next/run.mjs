// `npm run dev`: the page with reload on change. `npm start`: the built page. Both with the WebSocket server, in one process.

import { createServer } from 'node:http'
import next from 'next'
import './server.mjs'

const app = next({ dev: process.argv.includes('--dev') })
await app.prepare()
const http = createServer(app.getRequestHandler())
http.listen(Number(process.env.PAGE_PORT ?? 3000), () => console.log(`http://localhost:${http.address().port}/`))
