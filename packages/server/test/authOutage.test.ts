/** A database that `authenticate` needs is down for a while, under many real clients with and without sessions. */

import { createWebSocket } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Connection } from '../src/context/hubEvents.ts'
import { createHub } from '../src/hub.ts'

const CLIENTS = Number(process.env['OUTAGE_CLIENTS'] ?? 50)
/** Long enough that a slow machine handles each `hello` in time. */
const HELLO = 2000
const reconnect = { minDelay: 10, baseDelay: 10, maxDelay: 50 }

const failure = (token: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:5432 for ${token}`), { code: 'ECONNREFUSED' })

test.each<[how: string, message: string, fail: (token: string) => Promise<never>]>([
  [
    'throws',
    'connect ECONNREFUSED 127.0.0.1:5432 for',
    (token) => {
      throw failure(token)
    },
  ],
  ['rejects', 'connect ECONNREFUSED 127.0.0.1:5432 for', (token) => Promise.reject(failure(token))],
  ['does not answer', `no answer within ${HELLO} ms`, () => new Promise(() => undefined)],
])(`${CLIENTS} clients return after a database outage in which authenticate %s`, async (how, message, fail) => {
  let isDown = false
  let failures = 0
  const hub = createHub({
    port: 0,
    host: '127.0.0.1',
    ...(how === 'does not answer' && { limits: { hello: HELLO } }),
    authenticate: ({ token = '', request }) => {
      const secret = token || (new URLSearchParams(request.url?.slice(2)).get('token') ?? '')
      if (!isDown) return { id: secret || 'anonymous' }
      failures++
      return fail(secret)
    },
  })
  const errors: Error[] = []
  hub.on('error', (error) => errors.push(error))
  const connections = new Set<Connection>()
  hub.on('connection', (connection) => connections.add(connection))
  hub.on('close', (connection) => connections.delete(connection))
  const drops: number[] = []
  hub.on('drop', (_, { code }) => drops.push(code))
  await hub.ready
  const url = `ws://127.0.0.1:${hub.port}`
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    if (index % 3 === 0) return createWebSocket(`${url}/?token=token-of-user-${index}`, { WebSocket, reconnect })
    const token = (): string => `token-of-user-${index}`
    return createWebSocket(url, { WebSocket, reconnect, session: session(index % 3 === 1 ? { token } : {}) })
  })
  onTestFinished(async () => {
    for (const client of clients) client.dispose()
    await hub.close()
  })
  const openCount = (): number => clients.filter((client) => client.get().status === 'open').length
  const wait = { timeout: 60_000, interval: 5 }
  await vi.waitUntil(() => openCount() === CLIENTS, wait)

  isDown = true
  // The hint, because 1012 alone spreads the clients over 10 s.
  for (const connection of connections) connection.close(1012, '{"in":[0,100]}')
  await vi.waitUntil(() => failures > 2 * CLIENTS && openCount() === 0, wait)
  for (const client of clients) expect(client.get().status).toMatch(/connecting|reconnecting/)
  isDown = false
  await vi.waitUntil(() => openCount() === CLIENTS, wait)

  // Each failure is one error without a secret. None of them was counted as a refusal, and none was the fault of a client.
  await vi.waitUntil(() => errors.length === failures, wait)
  expect(new Set(errors.map(({ message: text }) => text.replace('[redacted]', '').trim()))).toEqual(
    new Set([`authenticate: ${message}`]),
  )
  for (const { stack } of errors) expect(stack).not.toMatch(/token-of-user/)
  expect(hub.stats()).toMatchObject({ connections: CLIENTS, refused: 0, errors: failures })
  expect(drops).toEqual([])
})
