import { createHub } from '@holdfast/server'
import express from 'express'

const app = express()
app.get('/', (_, response) => void response.send('page'))
app.get('/readyz', (_, response) => void response.status(hub.health().ready ? 200 : 503).json(hub.health()))
app.get('/metrics', (_, response) => void response.type('text/plain; version=0.0.4').send(hub.metrics()))

export const server = app.listen(Number(process.env['PORT'] ?? 8080))
export const hub = createHub({ server, path: '/ws' })

export const stop = async () => {
  await hub.drain({ window: 10_000 })
  await hub.close()
  server.close()
  setTimeout(() => server.closeAllConnections(), 5000).unref()
}
process.once('SIGTERM', stop)
