import { createServer } from 'node:http'
import { createHub } from '@holdfast/server'

export const server = createServer((request, response) => {
  if (request.url !== '/readyz') return void response.end('page')
  const health = hub.health()
  return void response.writeHead(health.ready ? 200 : 503).end(JSON.stringify(health))
})
export const hub = createHub({ server, path: '/ws' })
server.listen(Number(process.env['PORT'] ?? 8080))

export const stop = async () => {
  await hub.drain({ window: 10_000 }) // readiness fails from now on, and clients reconnect elsewhere
  await hub.close()
  server.close() // requests that are running may finish
  setTimeout(() => server.closeAllConnections(), 5000).unref() // but not for longer than 5 s
}
process.once('SIGTERM', stop)
