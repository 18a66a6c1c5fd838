/** Reports of messages that were lost or delayed on an open connection. */

import { expect, test } from 'vitest'
import { createTestClient } from '../../support/createTestClient.ts'

test('(C0) 80 messages of 64 kB in one loop are all sent by a client with default options', () => {
  const { server, open } = createTestClient()
  const client = open()
  const results = Array.from({ length: 80 }, () => {
    server.last.bufferedAmount += 64_000
    return client.send(new ArrayBuffer(64_000))
  })
  expect([...new Set(results)]).toEqual(['sent'])
  expect(server.last.received).toHaveLength(80)
})

test('(sentry-javascript#7207, si#3892) an application that sends every 10 ms does not postpone its own queue', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ highWaterMark: 2 ** 20 })
  const sent: string[] = []
  // The buffer is full at each send and empty between two of them.
  for (let n = 0; n < 1000; n++) {
    server.last.bufferedAmount = 2 ** 21
    expect(client.send(`${n}`)).toBe('queued')
    sent.push(`${n}`)
    server.last.bufferedAmount = 0
    clock.advance(10)
    expect(client.get().queued).toBeLessThan(3)
  }
  clock.advance(20)
  expect(server.last.received).toEqual(sent)
})

test('(bun#31760, oh-my-pi#4248) messages that wait for the buffer to drain are sent before the next one, in order', () => {
  const { server, open } = createTestClient()
  const client = open({ highWaterMark: 2 ** 20 })
  server.last.bufferedAmount = 2 ** 21
  expect(['1', '2', '3'].map((text) => client.send(text))).toEqual(['queued', 'queued', 'queued'])
  server.last.bufferedAmount = 0
  expect(client.send('4')).toBe('sent')
  expect(server.last.received).toEqual(['1', '2', '3', '4'])
})

test('(bun#31760, oh-my-pi#4248) messages that wait for the buffer to drain are limited by their bytes, not by their number', () => {
  const { server, open } = createTestClient()
  const client = open({ highWaterMark: 0, queue: { bytes: 1000 } })
  server.last.bufferedAmount = 1
  const results = Array.from({ length: 1001 }, () => client.send('x'))
  expect(results.filter((result) => result === 'queued')).toHaveLength(1000)
  expect(results.at(-1)).toBe('dropped')
  server.last.bufferedAmount = 0
  expect(client.send('y')).toBe('sent')
})
