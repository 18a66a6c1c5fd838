import { createHub } from '@holdfast/server'
import fastify from 'fastify'

const app = fastify()
app.get('/', () => 'page')
await app.listen({ port: Number(process.env['PORT'] ?? 8080) })

export const { server } = app
export const hub = createHub({ server, path: '/ws' })
