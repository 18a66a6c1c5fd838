/** An example for each option of `heartbeat`. */

import { createWebSocket, json } from '@holdfast/core'
import { expect, test } from 'vitest'
import { stage } from './support/stage.ts'

interface Message {
  type: string
}

test('heartbeat.message is sent as text, or as any message of the codec', async () => {
  const { server, clock, fakes } = stage()
  createWebSocket('ws://test', { ...fakes, codec: json<Message, Message>(), heartbeat: { message: { type: 'ping' } } })
  await clock.run(25_000)
  expect(server.last.received).toEqual(['{"type":"ping"}'])
})

test('heartbeat.message may be a function that is called for each heartbeat', async () => {
  const { server, clock, fakes } = stage()
  createWebSocket('ws://test', { ...fakes, heartbeat: { message: () => `ping at ${clock.now()}`, interval: 5000 } })
  await clock.run(5000)
  server.last.send('anything proves life')
  await clock.run(5000)
  expect(server.last.received).toEqual(['ping at 5000', 'ping at 10000'])
})

test('heartbeat.message: null sends nothing and only listens', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', {
    ...fakes,
    heartbeat: { message: null, interval: 30_000, timeout: 5000 },
  })
  await clock.run(35_000)
  expect(server.last.received).toEqual([])
  expect(client.get().lastClose?.cause).toBe('heartbeat')
})

test('heartbeat.isReply matches the reply, which is hidden and measures the latency', async () => {
  const { server, clock, fakes } = stage()
  const codec = json<Message, Message>()
  const client = createWebSocket('ws://test', {
    ...fakes,
    codec,
    heartbeat: { message: { type: 'ping' }, isReply: { type: 'pong' } },
  })
  await clock.run(25_000)
  await clock.run(40)
  server.last.send('{"type":"pong","id":7}')
  expect(client.get()).toMatchObject({ latency: 40, received: 0 })
})

test('heartbeat.interval is how long nothing is received, or nothing is sent, before a ping', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: { interval: 5000 } })
  await clock.run(4000)
  client.send('hello')
  server.last.send('news')
  await clock.run(4999)
  expect(server.last.received).toEqual(['hello'])
  await clock.run(1)
  expect(server.last.received).toEqual(['hello', 'ping'])
})

test("heartbeat.mode: 'silence' also pings a server that sends messages all the time, but receives none", async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: { interval: 5000 } })
  for (let second = 0; second < 60; second++) {
    await clock.run(1000)
    server.last.send('news')
  }
  expect(server.last.received).toHaveLength(12)
  expect(client.get().status).toBe('open') // each message replaces a missing reply
})

test("heartbeat.mode: 'interval' sends pings at a fixed rate, for a server that expects them", async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: { mode: 'interval', interval: 5000 } })
  for (let second = 0; second < 60; second++) {
    await clock.run(1000)
    client.send('hello')
    server.last.send('pong')
  }
  expect(server.last.received.filter((message) => message === 'ping')).toHaveLength(12)
})

test('heartbeat.timeout is the longest time until the reply', async () => {
  const { clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: { interval: 5000, timeout: 2000 } })
  await clock.run(6999)
  expect(client.get().status).toBe('open')
  await clock.run(1)
  expect(client.get()).toMatchObject({ status: 'reconnecting', error: { code: 'HeartbeatTimeoutError' } })
})

test('heartbeat.isReply hides a message only while a ping is unanswered', async () => {
  const { server, clock, fakes } = stage()
  const client = createWebSocket('ws://test', { ...fakes, heartbeat: true })
  await clock.run(1000)
  server.last.send('pong') // no ping was sent, so this is a message of the application
  await clock.run(24_000)
  server.last.send('pong')
  expect(client.get().received).toBe(1)
})

test('heartbeat.answer replies to pings of the server and hides them', async () => {
  const { server, clock, fakes } = stage()
  const answer = { to: { type: 'ping' }, with: { type: 'pong' } }
  const client = createWebSocket('ws://test', {
    ...fakes,
    codec: json<Message, Message>(),
    heartbeat: { message: null, answer },
  })
  await clock.run(0)
  server.last.send('{"type":"ping"}')
  expect(server.last.received).toEqual(['{"type":"pong"}'])
  expect(client.get().received).toBe(0)
})

test('heartbeat.answer.with may be a function that receives the ping', async () => {
  const { server, clock, fakes } = stage()
  type Ping = { ping: number } | { pong: number }
  createWebSocket('ws://test', {
    ...fakes,
    codec: json<Ping, Ping>(),
    heartbeat: {
      message: null,
      answer: {
        to: (message) => 'ping' in message,
        with: (message) => ({ pong: 'ping' in message ? message.ping : 0 }),
      },
    },
  })
  await clock.run(0)
  server.last.send('{"ping":1700000000}')
  expect(server.last.received).toEqual(['{"pong":1700000000}'])
})
