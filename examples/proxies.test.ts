/**
 * The proxy configurations of the server's README, with TLS and a self-signed certificate, and all times divided by 20: no connection is
 * cut, and no message is lost. The production example of the README runs behind them.
 */

import { once } from 'node:events'
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { createHub } from '@holdfast/server'
import { type TestContext, describe, test } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import { findRedis } from '../scripts/findRedis.mjs'
import { startLoginRedis } from './support/loginRedis.ts'
import { runExample } from './support/runExample.ts'
import { type ProxyName, SCALE, ca, hasProxy, runProxy, statusOf } from './support/runProxy.ts'

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

/** A `WebSocket` that trusts the certificate of the proxies. */
class TrustingWebSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[], options?: ClientOptions) {
    super(url, protocols, { ca, ...options })
  }
}

const dialPlain = async ({ onTestFinished }: TestContext, url: string): Promise<WebSocket> => {
  const plain = new TrustingWebSocket(url, [], { headers: { 'x-forwarded-for': '203.0.113.1' } })
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
  const url = proxy.origin.replace('https', 'wss')

  const client = createWebSocket(url, {
    WebSocket: TrustingWebSocket,
    codec: json(),
    session: session({ streams: ['news'] }),
  })
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
      const plain = await dialPlain(context, proxy.origin.replace('https', 'wss'))
      const [code] = (await once(plain, 'close')) as [number]
      context.expect(code).toBe(1006)
    },
    GUARD,
  )
})

/** The limit of the example. */
const PER_ADDRESS = 20

/** Dials from another address of this machine, and resolves with the status of the answer. The connection stays open. */
const dialFrom = async ({ onTestFinished }: TestContext, url: string, options: ClientOptions): Promise<number> => {
  const socket = new TrustingWebSocket(url, 'holdfast.v1.json', options)
  onTestFinished(() => socket.terminate())
  const refused = once(socket, 'unexpected-response') as Promise<[unknown, { statusCode: number }]>
  socket.on('error', () => undefined)
  return await Promise.race([once(socket, 'open').then(() => 101), refused.then(([, { statusCode }]) => statusCode)])
}

describe.concurrent.each<ProxyName>(['nginx', 'haproxy', 'caddy'])('hubProduction.ts behind %s', (name) => {
  test.skipIf(!hasProxy(name) || !findRedis())(
    'serves users over TLS, refuses other origins and many connections of one address, and hides the metrics',
    async (context) => {
      const { expect, onTestFinished } = context
      const REDIS_URL = await startLoginRedis(onTestFinished)
      const example = await runExample('hubProduction', onTestFinished, { REDIS_URL })
      const { origin } = await runProxy(name, example.port, onTestFinished, 1)
      expect(await statusOf(`${origin}/`)).toBe(200)
      expect(await statusOf(`${origin}/metrics`)).toBe(404)
      expect((await fetch(`http://127.0.0.1:${example.port}/metrics`)).status).toBe(200)

      const url = `${origin.replace('https', 'wss')}/ws`
      const client = createWebSocket(url, {
        WebSocket: TrustingWebSocket,
        codec: json(),
        session: session({ token: () => 'of ann', streams: ['lobby'] }),
      })
      onTestFinished(() => client.dispose())
      const received = new Promise((resolve) => client.on('message', resolve))
      client.deliver('hello').catch(() => undefined) // is not acknowledged, because of the listener that hangs
      expect(await received).toEqual({ from: 'ann', text: 'hello' })

      expect(await dialFrom(context, url, { origin: 'https://chat.example.org' })).toBe(101)
      expect(await dialFrom(context, url, { origin: 'https://evil.example.org' })).toBe(403)
      const many = Array.from({ length: PER_ADDRESS + 1 }, () =>
        dialFrom(context, url, { localAddress: '127.0.0.2', headers: { 'x-forwarded-for': '203.0.113.1' } }),
      )
      expect((await Promise.all(many)).filter((status) => status === 429)).toHaveLength(1)
      expect(await dialFrom(context, url, { localAddress: '127.0.0.3' })).toBe(101)
    },
    GUARD,
  )
})
