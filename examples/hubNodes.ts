import { createHub, redisStore } from '@holdfast/server'
import { createClient } from 'redis'

const store = redisStore(createClient({ url: process.env['REDIS_URL'] ?? 'redis://localhost:6379' }), {
  onError: (error) => console.error(error.message),
})
export const hub = createHub({ port: Number(process.env['PORT'] ?? 8080), store })

hub.on('message', (line, { id }) => hub.publish('chat', line, { idempotencyKey: id })) // once, though this process die in between

export const stop = async () => {
  await hub.drain({ window: 10_000 }) // clients leave over 10 s, with word to come back: to other nodes
  await hub.close()
  await store.close() // made here, so closed here
}
process.once('SIGTERM', stop)
