import { createHub, HubError, redisStore, type User } from '@holdfast/server'
import express from 'express'
import { createClient } from 'redis'

const redis = createClient({ url: process.env['REDIS_URL'] ?? 'redis://localhost:6379' })
redis.on('error', (error) => console.error(error))
await redis.connect()
const store = redisStore(redis) // all processes with this Redis work as one

const app = express()
app.get('/', (_, response) => void response.send('page'))
app.get('/healthz', (_, response) => void response.json({ alive: true }))
app.get('/readyz', (_, response) => void response.status(hub.health().ready ? 200 : 503).json(hub.health()))
app.get('/metrics', (_, response) => void response.type('text/plain; version=0.0.4').send(hub.metrics()))
export const server = app.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1') // only nginx connects

export const hub = createHub({
  server,
  path: '/ws',
  store,
  address: (request) => `${request.headers['x-forwarded-for']}`, // nginx sets it
  allowedOrigins: ['https://chat.example.org'], // pages of other origins get 403
  authenticate: async ({ token }) => {
    const user = await redis.get(`login:${token}`) // your login has stored it
    return user === null ? null : (JSON.parse(user) as User) // null closes with 4501
  },
  authorize: (user, stream) => stream === 'lobby' || stream === `user:${user.id}`,
  presence: (stream) => stream === 'lobby',
  limits: { connections: 20_000, perAddress: 20, rate: 20, burst: 40 },
})
hub.on('message', (message, { id, user }) => {
  if (typeof message !== 'string' || message.length > 500) throw new HubError('bad-line', 'up to 500 characters')
  return hub.publish('lobby', { from: user.id, text: message }, { idempotencyKey: id }) // once, even after a crash
})
hub.on('request', () => hub.presence('lobby'))
hub.on('error', (error) => console.error(error))
hub.on('evict', (eviction) => console.error('evict', eviction))

export const stop = async () => {
  await hub.drain({ window: 10_000 }) // readiness fails from now on, and clients reconnect to other processes
  await hub.close()
  await store.close() // the hub does not close a store that it did not create
  server.close(() => redis.destroy()) // requests that are running may finish
  setTimeout(() => server.closeAllConnections(), 5000).unref()
}
process.once('SIGTERM', stop)
