/** Reports about heartbeats: pings that are missing, too early or mistaken for messages. */

import { expect, test } from 'vitest'
import { type WebSocketOptions, json } from '../../../src/index.ts'
import { createTestClient } from '../../support/createTestClient.ts'
import { recordEvents } from '../../support/recordEvents.ts'

type Ping = { ping: number } | { pong: number } | { type: string }

/**
 * Opens a client whose server sends a message every second and closes with 4008 when `isLate` returns true. It runs for five minutes.
 *
 * @param isLate gets the time in ms since the last frame and since the last ping of the client
 */
const runBusyServer = (
  options: WebSocketOptions,
  isLate: (frame: number, ping: number) => boolean,
  everySecond: (client: { send(text: string): unknown }) => void = () => {},
) => {
  const setup = createTestClient()
  const { clock, server } = setup
  const client = setup.open(options)
  let frames = 0
  let frameAt = clock.now()
  let pingAt = clock.now()
  for (let second = 0; second < 300; second++) {
    clock.advance(1000)
    server.last.send('price')
    everySecond(client)
    const received = server.last.received.slice(frames)
    frames += received.length
    if (received.length) frameAt = clock.now()
    if (received.includes('ping')) {
      pingAt = clock.now()
      server.last.send('pong')
    }
    if (isLate(clock.now() - frameAt, clock.now() - pingAt)) server.last.close(4008)
  }
  return { ...setup, client }
}

test('(supabase/realtime-js#133, robtaussig#261, MQTT.js#1861, paho.mqtt.javascript#5) a server that sends all the time and closes silent clients receives pings', () => {
  const { server, client } = runBusyServer({ heartbeat: true }, (frame) => frame > 60_000)
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  expect(client.get()).toMatchObject({ received: 300, latency: 0 })
})

test('(python-kucoin#56, python-kucoin#59, OKCoin/websocket#11, robtaussig#133, xchange-stream#194, Kucoin.Net#195) a server that counts pings receives them at a fixed rate while both sides send', () => {
  const { server, client } = runBusyServer(
    { heartbeat: { mode: 'interval', interval: 20_000 } },
    (_, ping) => ping > 25_000,
    ({ send }) => send('order'),
  )
  expect([client.get().status, server.connections.length]).toEqual(['open', 1])
  expect(server.last.received.filter((text) => text === 'ping')).toHaveLength(15)
})

test('(robtaussig#70, C12) messages that look like a reply are received while no ping is unanswered', () => {
  const { server, open } = createTestClient()
  const client = open({ heartbeat: true })
  const messages = recordEvents(client, 'message')
  for (const text of ['hi', 'pong', 'bye']) server.last.send(text)
  expect([messages, client.get().received]).toEqual([['hi', 'pong', 'bye'], 3])
})

test('(robtaussig#70, rails#23070) pings of the server are hidden and watched by a client that sends none', () => {
  const { clock, server, open } = createTestClient()
  const client = open<Ping, Ping>({
    codec: json(),
    heartbeat: { message: null, isReply: { type: 'ping' }, interval: 5000, timeout: 1000 },
  })
  for (let n = 0; n < 10; n++) {
    clock.advance(3000)
    server.last.send('{"type":"ping"}')
  }
  expect(client.get()).toMatchObject({ status: 'open', received: 0 })
  clock.advance(6000)
  expect(client.get()).toMatchObject({ status: 'reconnecting', lastClose: { cause: 'heartbeat' } })
  expect(server.last.received).toEqual([])
})

test('(huobiapi/API_Docs#111, finnhub-js#21) the ping of the server is answered with its own number', () => {
  const { server, open } = createTestClient()
  const client = open<Ping, Ping>({
    codec: json(),
    heartbeat: {
      message: null,
      answer: { to: (message) => 'ping' in message, with: (message) => ({ pong: (message as { ping: number }).ping }) },
    },
  })
  for (const n of [7, 8]) server.last.send(`{"ping":${n}}`)
  expect([server.last.received, client.get().received]).toEqual([['{"pong":7}', '{"pong":8}'], 0])
})

test('(trpc#6562) without a reply the connection is lost exactly 10 s after the ping, and its socket is closed with 4000', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: true })
  clock.advance(25_000)
  expect(server.last.received).toEqual(['ping'])
  clock.advance(9999)
  expect(client.get().status).toBe('open')
  clock.advance(1)
  expect(client.get().status).toBe('reconnecting')
  expect(server.last.closed?.code).toBe(4000)
})

test('(robtaussig#270) an interval of 10 min with a timeout of 1 min does not end a silent connection before both have passed', () => {
  const { clock, server, open } = createTestClient()
  const client = open({ heartbeat: { interval: 600_000, timeout: 60_000 } })
  clock.advance(599_999)
  expect(server.last.received).toEqual([])
  clock.advance(1)
  expect(server.last.received).toEqual(['ping'])
  clock.advance(59_999)
  expect(client.get().status).toBe('open')
  server.last.send('pong')
  clock.advance(600_000)
  expect(server.last.received).toEqual(['ping', 'ping'])
})

test('(robtaussig#255, robtaussig#250) pings continue after a reconnect', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open({ heartbeat: true })
  for (let n = 0; n < 2; n++) {
    clock.advance(25_000)
    expect(server.last.received).toEqual(['ping'])
    server.last.drop()
    advanceToRetry(client)
    server.last.accept()
  }
  clock.advance(25_000)
  expect(server.last.received).toEqual(['ping'])
})

test('(vueuse#3706) a binary ping is sent as the same bytes on each connection', () => {
  const { clock, server, open, advanceToRetry } = createTestClient()
  const client = open({ heartbeat: { message: new Uint8Array([9]) } })
  clock.advance(25_000)
  server.last.drop()
  advanceToRetry(client)
  server.last.accept()
  clock.advance(25_000)
  expect(server.connections.map(({ received }) => received)).toEqual([[new Uint8Array([9])], [new Uint8Array([9])]])
})
