/** Each example that mounts a hub, as a real process: it ends by itself after SIGTERM, whatever is connected. */

import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { type TestContext, describe, test } from 'vitest'
import { WebSocket } from 'ws'
import { findRedis } from '../scripts/findRedis.mjs'
import { startLoginRedis } from './support/loginRedis.ts'
import { runExample } from './support/runExample.ts'

/** Each step of the sequence has a deadline. This one only ends a test that hangs. */
const GUARD = 300_000

/** Opens a connection that stays open after its request. */
const keepAlive = async ({ onTestFinished }: TestContext, port: number, path: string): Promise<void> => {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const [response] = (await once(get({ port, path, agent, host: '127.0.0.1' }), 'response')) as [NodeJS.ReadableStream]
  response.resume()
  await once(response, 'end')
}

/** Opens a connection whose request never ends. */
const hangingRequest = async ({ onTestFinished }: TestContext, port: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write('GET / HTTP/1.1\r\nHost: ')
}

const openPlain = async ({ onTestFinished }: TestContext, url: string): Promise<void> => {
  const plain = new WebSocket(url)
  onTestFinished(() => plain.terminate())
  await once(plain, 'open')
}

const check = async (context: TestContext, name: string, env: Record<string, string> = {}): Promise<void> => {
  const { expect, onTestFinished } = context
  const example = await runExample(name, onTestFinished, env)
  const { port } = example
  await keepAlive(context, port, '/readyz')
  await hangingRequest(context, port)
  const url = `ws://127.0.0.1:${port}/ws`
  const [first, second] = [0, 1].map(() => {
    const client = createWebSocket(url, { WebSocket, codec: json(), session: session({ token: () => 'of ann' }) })
    onTestFinished(() => client.dispose())
    return client
  })
  // The others have no users without a token.
  if (/Http|Express|Fastify/.test(name)) await openPlain(context, url)
  await second!.opened()
  first!.deliver('never acknowledged').catch(() => undefined)
  await example.printed(/^hanging$/)

  const closed = new Promise((resolve) => second!.on('close', resolve))
  example.child.kill('SIGTERM')
  expect(await closed).toMatchObject({ code: 1012 })
  const response = await fetch(`http://127.0.0.1:${port}/readyz`)
  expect([response.status, await response.json()]).toEqual([503, { ready: false, reasons: ['draining'] }])
  expect(await example.exit).toBe(0)
  expect(example.lines).toContainEqual(
    expect.stringMatching(/^drain: no longer waits after 400 ms for the 'message' listener 'hang' for the client /),
  )
}

// Concurrent, because the processes mostly wait.
describe.concurrent('after SIGTERM, with clients, a keep-alive connection, an unfinished request and a listener that hangs,', () => {
  for (const name of ['hubHttp', 'hubExpress', 'hubFastify', 'hubSingle'])
    test(`${name}.ts ends by itself`, (context) => check(context, name), GUARD)

  test.skipIf(!findRedis())(
    'hubProduction.ts ends by itself',
    async (context) => check(context, 'hubProduction', { REDIS_URL: await startLoginRedis(context.onTestFinished) }),
    GUARD,
  )
})
