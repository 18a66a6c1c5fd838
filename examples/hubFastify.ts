import { createHub } from '@holdfast/server'
import fastify from 'fastify'

const app = fastify()
app.get('/', () => 'page')
app.get('/readyz', (_, reply) => reply.code(hub.health().ready ? 200 : 503).send(hub.health()))

export const { server } = app
export const hub = createHub({ server, path: '/ws' })
await app.listen({ port: Number(process.env['PORT'] ?? 8080) })

export const stop = async () => {
  await hub.drain({ window: 10_000 })
  await hub.close()
  setTimeout(() => server.closeAllConnections(), 5000).unref()
  await app.close() // waits for requests that are running
}
process.once('SIGTERM', stop)
