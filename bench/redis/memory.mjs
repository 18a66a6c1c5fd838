// Measures the memory of Redis for a session, a stream and a presence entry, with `MEMORY USAGE` of their keys. Needs redis-server.
// npm run build && node bench/redis/memory.mjs
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { redisStore } from '@holdfast/server'
import { createClient } from 'redis'
import { findRedis } from '../../scripts/findRedis.mjs'

const probe = createServer().listen(0, '127.0.0.1')
await once(probe, 'listening')
const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
probe.close()
const server = spawn(findRedis() ?? 'redis-server', ['--port', String(port), '--save', ''], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
for await (const line of createInterface({ input: server.stdout })) if (/ready to accept/i.test(line)) break
server.stdout.resume()
const client = createClient({ url: `redis://127.0.0.1:${port}` })
await client.connect()

/**
 * The bytes of all keys that match, divided by `count`.
 *
 * @param {string} pattern
 * @param {number} count
 */
const perItem = async (pattern, count) => {
  let bytes = 0
  for (const key of await client.keys(pattern))
    bytes += Number(await client.sendCommand(['MEMORY', 'USAGE', key, 'SAMPLES', '0']))
  return Math.round(bytes / count)
}

const store = redisStore(client)
await store.ready
const COUNT = 200
const owner = { node: 'twelve-chars', link: 1 }
/** @param {string} sessionId */
const record = (sessionId) => ({
  sessionId,
  keyHash: 'a'.repeat(64),
  user: 'a user of 20 letters',
  last: 0,
  results: {},
  takeovers: 0,
})
for (let i = 0; i < COUNT; i++) await store.addSession(record(`session-id-of-22-chars${i}`), owner)
console.log('session without replies', await perItem('*:session', COUNT))
for (let i = 0; i < COUNT; i++) {
  for (let seq = 1; seq <= 128; seq++)
    await store.recordApplied(`session-id-of-22-chars${i}`, owner, seq, `{"d":"${'x'.repeat(100)}"}`)
}
console.log(
  'session with 128 replies of 108 bytes',
  (await perItem('*:session', COUNT)) + (await perItem('*:results', COUNT)),
)
for (let i = 0; i < COUNT; i++) await store.read(`stream ${i}`, 0, { messages: 0, bytes: 0 })
console.log('stream without messages', await perItem('*:meta', COUNT))
for (let i = 0; i < COUNT; i++) for (let n = 0; n < 300; n++) await store.publish(`stream ${i}`, `"${'x'.repeat(200)}"`)
console.log('stream with 300 messages of 202 bytes', (await perItem('*:meta', COUNT)) + (await perItem('*:log', COUNT)))
for (let i = 0; i < COUNT; i++) await store.publish('keyed', '1', `an idempotency key of 36 characters ${i}`)
console.log('idempotency key of publish', await perItem('*key:*', COUNT))
for (let i = 0; i < COUNT; i++)
  await store.enter('room', { id: `twelve-chars:${i}`, user: { id: 'a user of 20 letters' } })
console.log('presence entry', (await perItem('*pres:*', COUNT)) + (await perItem('*present:*', COUNT)))
await store.close()
client.destroy()
server.kill('SIGKILL')
