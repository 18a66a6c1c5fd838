/** `holdfast-server --redis`: two processes act as one hub. */
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Redis, startRedis } from '../redis/startRedis.ts'
import { type Bin, bundleBin } from './bundleBin.ts'

let bin: Bin
let redis: Redis
beforeAll(async () => {
  bin = await bundleBin()
  redis = await startRedis()
}, 300_000)
afterAll(async () => {
  await bin.remove()
  await redis.end()
})
afterEach(() => bin.stop())

test('a message that one process publishes reaches the clients of the other', async () => {
  const [a, b] = [bin.run('--port', '0', '--redis', redis.url), bin.run('--port', '0', '--redis', redis.url)]
  const socket = new WebSocket(await b.url())
  await once(socket, 'open')
  const first = once(socket, 'message')
  socket.send('"joined"') // echoed after the client has joined the chat
  expect(String((await first)[0])).toBe('"joined"')
  const received = once(socket, 'message')
  await a.url()
  a.type('say hello')
  expect(String((await received)[0])).toBe('"hello"')
  a.child.kill('SIGTERM')
  expect(await a.exit).toBe(0)
  socket.terminate()
})

test('a Redis that cannot be reached ends the program with a message and code 1', async () => {
  const program = bin.run('--port', '0', '--redis', 'redis://127.0.0.1:1')
  expect(await program.exit).toBe(1)
  expect(program.lines.join('\n')).toMatch(/Redis was not reached within 5000 ms/)
})
