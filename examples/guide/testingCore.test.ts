import { createWebSocket } from '@holdfast/core'
import {
  createFakeClock,
  createFakeEnvironment,
  createFakeServer,
} from '@holdfast/core/testing'
import { expect, test } from 'vitest'

const start = async () => {
  const server = createFakeServer()
  const clock = createFakeClock()
  const page = createFakeEnvironment()
  const options = { WebSocket: server.WebSocket, clock, environment: page }
  const client = createWebSocket('ws://test', { ...options, heartbeat: true })
  await clock.run(0) // the fake server has accepted
  return { server, clock, page, client }
}

test('a server that stops answering is replaced after 35 s', async () => {
  const { server, clock, client } = await start()
  await clock.run(25_000)
  expect(server.last.received).toEqual(['ping'])
  await clock.run(10_000)
  expect(client.get()).toMatchObject({
    status: 'reconnecting',
    lastClose: { cause: 'heartbeat', code: 4000 },
  })
  await clock.run(1250) // the longest first delay
  expect([client.get().status, server.connections.length]).toEqual(['open', 2])
})

test('a text that was queued arrives once, after a refused handshake', async () => {
  const { server, clock, client } = await start()
  server.auto = false // from now on the test decides about each connection
  server.last.drop()
  client.send('hello')
  await clock.run(1250)
  server.last.refuse()
  await clock.run(2250)
  server.last.accept()
  expect(server.last.received).toEqual(['hello'])
})

test('a device that is offline waits for the event online', async () => {
  const { server, clock, page, client } = await start()
  page.emit('offline')
  server.last.drop()
  await clock.run(30_000)
  expect(client.get().status).toBe('reconnecting')
  page.emit('online')
  await clock.run(1000)
  expect(client.get().status).toBe('open')
})
