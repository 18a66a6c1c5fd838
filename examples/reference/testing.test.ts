import { createWebSocket } from '@holdfast/core'
import { createFakeClock, createFakeEnvironment, createFakeServer, scriptedTransport } from '@holdfast/core/testing'
import { expect, test } from 'vitest'

test('waits for the network while the page is offline', async () => {
  const server = createFakeServer()
  const clock = createFakeClock()
  const environment = createFakeEnvironment()
  const client = createWebSocket('ws://test', { WebSocket: server.WebSocket, clock, environment })
  await clock.run(0)

  environment.emit('offline')
  server.last.drop()
  await clock.run(30_000)
  expect(client.get().status).toBe('reconnecting')
  expect(server.connections).toHaveLength(1)

  environment.emit('online')
  await clock.run(1000)
  expect(client.get().status).toBe('open')
  client.dispose()
})

test('queues messages while an attempt is unfinished', () => {
  const transport = scriptedTransport()
  const client = createWebSocket('ws://test', { transport, clock: createFakeClock() })
  client.send('hello')
  expect(transport.last.sent).toEqual([])

  transport.last.open()
  expect(transport.last.sent).toEqual(['hello'])
  client.dispose()
})
