import { createHub, redisStore } from '@holdfast/server'
import { createClient } from 'redis'

const store = redisStore(createClient({ url: process.env['REDIS_URL'] ?? 'redis://localhost:6379' }), {
  onError: (error) => console.error(error.message),
})
export const hub = createHub({ port: Number(process.env['PORT'] ?? 8080), store })

hub.on('message', (line, { id }) => hub.publish('chat', line, { idempotencyKey: id })) // exactly once, even if this process crashes in between

export const stop = async () => {
  await hub.drain({ window: 10_000 }) // clients disconnect over 10 s and reconnect to other nodes
  await hub.close()
  await store.close() // the hub does not close a store that it did not create
}
process.once('SIGTERM', stop)
