/** An example for each option of `queue`. Every dropped message causes the event `drop` with the reason. */

import { createWebSocket } from '@holdfast/core'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

test('queue.limit limits the number of queued messages', () => {
  const { fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, queue: { limit: 2 } })
  expect(['a', 'b', 'c'].map((message) => client.send(message))).toEqual(['queued', 'queued', 'dropped'])
  expect(client.get().queued).toBe(2)
})

test('queue.bytes limits the size of the queued messages, in UTF-8', () => {
  const { fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, queue: { bytes: 6 } })
  expect(['你好', '!'].map((message) => client.send(message))).toEqual(['queued', 'dropped'])
})

test('queue.ttl is how long a message may stay in the queue', async () => {
  const { server, clock, fakes } = stage()
  server.auto = false
  const client = createWebSocket('ws://test', { ...fakes, queue: { ttl: 5000 } })
  const drops: unknown[] = []
  client.on('drop', (drop) => void drops.push(drop))
  client.send('where are you?')
  await clock.run(5000)
  expect(drops).toEqual([{ message: 'where are you?', reason: 'expired' }])
})

test("queue.overflow: 'drop-old' drops the oldest message instead of the newest", async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, queue: { limit: 2, overflow: 'drop-old' } })
  for (const message of ['a', 'b', 'c']) client.send(message)
  await clock.run(0)
  expect(server.last.received).toEqual(['b', 'c'])
})
