/** A database that `authenticate` needs is down for a while, under many real clients with and without sessions. */

import { createWebSocket } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import type { Connection } from '../src/context/hubEvents.ts'
import { createHub } from '../src/hub.ts'

const CLIENTS = Number(process.env['OUTAGE_CLIENTS'] ?? 50)
const reconnect = { minDelay: 10, baseDelay: 10, maxDelay: 50 }

test(`${CLIENTS} clients return after authenticate has failed like a database outage`, async () => {
  let isDown = false
  let failures = 0
  const hub = createHub({
    port: 0,
    host: '127.0.0.1',
    authenticate: async ({ token = '', request }) => {
      if (isDown) {
        failures++
        throw Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:5432 for ${token}`), { code: 'ECONNREFUSED' })
      }
      return { id: token || `${request.url}` }
    },
  })
  const errors: Error[] = []
  hub.on('error', (error) => errors.push(error))
  const connections = new Set<Connection>()
  hub.on('connection', (connection) => connections.add(connection))
  hub.on('close', (connection) => connections.delete(connection))
  await hub.ready
  const url = `ws://127.0.0.1:${hub.port}`
  const clients = Array.from({ length: CLIENTS }, (_, index) => {
    if (index % 3 === 0) return createWebSocket(`${url}/?user=${index}`, { WebSocket, reconnect })
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
  for (const connection of connections) connection.close(1012, 'the node is replaced')
  await vi.waitUntil(() => failures > 4 * CLIENTS && openCount() === 0, wait)
  for (const client of clients) expect(client.get().status).toMatch(/connecting|reconnecting/)
  isDown = false
  await vi.waitUntil(() => openCount() === CLIENTS, wait)

  // Each failure is one error. None of them was counted as a refusal.
  expect(errors).toHaveLength(failures)
  expect(new Set(errors.map(({ message }) => message.replace('[redacted]', '').trim()))).toEqual(
    new Set(['authenticate: connect ECONNREFUSED 127.0.0.1:5432 for']),
  )
  expect(hub.stats()).toMatchObject({ connections: CLIENTS, refused: 0, errors: failures })
})
