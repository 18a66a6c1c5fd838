/** The proxy configurations of the server's README, with all times divided by 20: no connection is cut, and no message is lost. */

import { once } from 'node:events'
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createHub } from '@holdfast/server'
import { type TestContext, describe, test } from 'vitest'
import { WebSocket } from 'ws'
import { type ProxyName, SCALE, hasProxy, runProxy } from './support/runProxy.ts'

/** Each step waits for an event. This one only ends a test that hangs. */
const GUARD = 300_000

const INTERVAL = 25_000 / SCALE
/** Pings to wait for: 8 are three times the timeouts of the proxies. 24, ten minutes without the scale, with LONG=1. */
const PINGS = process.env['LONG'] ? 24 : 8

/** The timeout of the hub is longer than its share, because this process may be slow: the proxies are tested, not the hub. */
const startHub = async ({ onTestFinished }: TestContext, interval = INTERVAL) => {
  const hub = createHub({ port: 0, host: '127.0.0.1', heartbeat: { interval, timeout: interval } })
  onTestFinished(() => hub.close())
  await hub.ready
  return hub
}

const dialPlain = async ({ onTestFinished }: TestContext, url: string): Promise<WebSocket> => {
  const plain = new WebSocket(url, { headers: { 'x-forwarded-for': '203.0.113.1' } })
  onTestFinished(() => plain.terminate())
  await once(plain, 'open')
  return plain
}

const losesNothing = async (context: TestContext, name: ProxyName): Promise<void> => {
  const { expect, onTestFinished } = context
  const hub = await startHub(context)
  const addresses: unknown[] = []
  hub.on('connection', ({ request }) => addresses.push(request.headers['x-forwarded-for']))
  const proxy = await runProxy(name, hub.port!, onTestFinished)
  const url = `ws://127.0.0.1:${proxy.port}`

  const client = createWebSocket(url, { WebSocket, codec: json(), session: session({ streams: ['news'] }) })
  onTestFinished(() => client.dispose())
  const messages: unknown[] = []
  const closes: unknown[] = []
  const resyncs: unknown[] = []
  let onMessage = (): void => undefined
  client.on('message', (message) => {
    messages.push(message)
    onMessage()
  })
  client.on('close', (info) => closes.push(info))
  client.on('resync', (info) => resyncs.push(info))
  const received = async (message: string): Promise<void> => {
    while (messages.at(-1) !== message) await new Promise<void>((resolve) => (onMessage = resolve))
  }
  await client.opened()
  const plain = await dialPlain(context, url)
  plain.on('close', (code) => closes.push(code))
  expect(addresses).toEqual(['127.0.0.1', '127.0.0.1']) // the proxy replaces the header of the client

  for (let pings = 0; pings < PINGS; pings++) await once(plain, 'ping')
  expect(closes).toEqual([])
  await hub.publish('news', 'after idling')
  await received('after idling')

  const resumed = new Promise((resolve) => client.on('resumed', resolve))
  proxy.reload()
  await hub.publish('news', 'after reloading')
  await resumed
  await hub.publish('news', 'after resuming')
  await received('after resuming')
  expect(messages).toEqual(['after idling', 'after reloading', 'after resuming'])
  expect(resyncs).toEqual([])
}

// Concurrent, because the tests mostly wait.
describe.concurrent.each<ProxyName>(['nginx', 'haproxy', 'caddy'])('behind %s,', (name) => {
  test.skipIf(!hasProxy(name))(
    'an idle connection stays open, and a reload loses no message',
    (context) => losesNothing(context, name),
    GUARD,
  )
})

describe.concurrent.each<ProxyName>(['nginx', 'haproxy'])('%s', (name) => {
  test.skipIf(!hasProxy(name))(
    'cuts an idle connection without a heartbeat',
    async (context) => {
      const hub = await startHub(context, 1_000_000)
      const proxy = await runProxy(name, hub.port!, context.onTestFinished)
      const plain = await dialPlain(context, `ws://127.0.0.1:${proxy.port}`)
      const [code] = (await once(plain, 'close')) as [number]
      context.expect(code).toBe(1006)
    },
    GUARD,
  )
})
