/** Runs the snippets of the server's README unchanged, over real sockets, on free ports. */

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import type { Hub } from '@holdfast/server'
import { createFaultProxy } from '@holdfast/server/testing'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { findRedis } from '../scripts/findRedis.mjs'
import { openChat } from './chatClient.ts'
import { serve as serveAddresses } from './hubAddresses.ts'
import { startLoginRedis } from './support/loginRedis.ts'

/** The examples add listeners of `SIGTERM`. `shutdown.test.ts` tests them in processes of their own. */
let signalListeners: readonly NodeJS.SignalsListener[]
beforeEach(() => {
  signalListeners = process.listeners('SIGTERM') as NodeJS.SignalsListener[]
  vi.stubEnv('PORT', '0')
  vi.stubGlobal('WebSocket', WebSocket)
  vi.resetModules()
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  for (const listener of process.listeners('SIGTERM') as NodeJS.SignalsListener[]) {
    if (!signalListeners.includes(listener)) process.off('SIGTERM', listener)
  }
})

/** Collects messages, and waits until there is a given number of them. */
const inbox = <Message>() => {
  const messages: Message[] = []
  let check = (): void => {}
  return {
    messages,
    take: (message: Message): void => {
      messages.push(message)
      check()
    },
    hold: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => messages.length >= count && resolve()
        check()
      }),
  }
}

test('startClient.ts receives from chatServer.ts the message that it delivers', async () => {
  const { hub } = await import('./chatServer.ts')
  await hub.ready
  onTestFinished(() => hub.close())
  /** Dials the port that is free here, and not that of the example. */
  class Redirected extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url.replace('localhost:8080', `127.0.0.1:${hub.port}`), protocols)
    }
  }
  vi.stubGlobal('WebSocket', Redirected)
  const logged = vi.spyOn(console, 'log').mockReturnValue(undefined)
  onTestFinished(() => logged.mockRestore())
  const { chat } = await import('./startClient.ts')
  onTestFinished(() => chat.dispose())
  await expect.poll(() => logged.mock.calls).toEqual([['hello']])
})

test('chatServer.ts and chatClient.ts lose no message while the network is down', async () => {
  const { hub } = await import('./chatServer.ts')
  await hub.ready
  const proxy = await createFaultProxy({ target: hub.port! })
  const [anns, bobs] = [inbox<{ from: string; text: string }>(), inbox<{ from: string; text: string }>()]
  const reload = vi.fn<() => void>()
  const ann = openChat(proxy.url, anns.take, reload)
  const bob = openChat(`ws://127.0.0.1:${hub.port}`, bobs.take, reload)
  onTestFinished(async () => {
    ann.chat.dispose()
    bob.chat.dispose()
    await proxy.close()
    await hub.close()
  })
  await Promise.all([ann, bob].map(({ chat }) => new Promise((resolve) => chat.on('open', resolve))))
  await ann.say({ from: 'ann', text: 'hello' })
  await bob.say({ from: 'bob', text: 'hello ann' })
  await Promise.all([anns.hold(2), bobs.hold(2)])

  const removeFault = await proxy.add({ fault: 'refuse' })
  proxy.cut()
  await bob.say({ from: 'bob', text: 'you there?' }) // Ann does not receive it yet
  const late = ann.say({ from: 'ann', text: 'a tunnel' }) // the server does not receive it yet
  await removeFault()
  await late
  await Promise.all([anns.hold(4), bobs.hold(4)])

  expect(anns.messages.slice(2)).toEqual([
    { from: 'bob', text: 'you there?' },
    { from: 'ann', text: 'a tunnel' },
  ])
  expect(anns.messages).toEqual(bobs.messages)
  expect(reload).not.toHaveBeenCalled()
  expect(hub.stats()).toMatchObject({ received: 4, resumes: 1, losts: 0 })
})

test.each<[string, () => Promise<{ server: Server; hub: Hub }>]>([
  ['hubHttp', () => import('./hubHttp.ts')],
  ['hubExpress', () => import('./hubExpress.ts')],
  ['hubFastify', () => import('./hubFastify.ts')],
])('%s.ts answers requests and serves clients on one port', async (name, load) => {
  const { server, hub } = await load()
  if (!server.listening) await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  hub.on('request', (message) => ({ echo: message }))
  const client = createWebSocket(`ws://127.0.0.1:${port}/ws`, { codec: json(), session: session() })
  onTestFinished(async () => {
    client.dispose()
    await hub.close()
    server.close()
  })
  expect(await client.request('hello')).toEqual({ echo: 'hello' })
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('page')
  const readiness = await fetch(`http://127.0.0.1:${port}/readyz`)
  expect([readiness.status, await readiness.json()]).toEqual([200, { ready: true, reasons: [] }])
  if (name === 'hubExpress')
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('holdfast_connections 1\n')
})

test('hubAddresses.ts refuses blocked addresses with 403, and the 101st connection of an address with 429', async () => {
  const logged = vi.spyOn(console, 'log').mockReturnValue(undefined)
  onTestFinished(() => logged.mockRestore())
  const hub = serveAddresses(0, new Set(['203.0.113.9']))
  await hub.ready
  onTestFinished(() => hub.close())
  const statusOf = async (address: string): Promise<number> => {
    const socket = new WebSocket(`ws://127.0.0.1:${hub.port}`, { headers: { 'x-forwarded-for': address } })
    onTestFinished(() => socket.terminate())
    const refused = once(socket, 'unexpected-response') as Promise<[unknown, { statusCode: number }]>
    socket.on('error', () => {})
    return await Promise.race([once(socket, 'open').then(() => 101), refused.then(([, { statusCode }]) => statusCode)])
  }
  expect(await statusOf('203.0.113.9')).toBe(403)
  const statuses = await Promise.all(Array.from({ length: 101 }, () => statusOf('203.0.113.1')))
  expect(statuses.filter((status) => status === 429)).toHaveLength(1)
  expect(await statusOf('203.0.113.2')).toBe(101)
  expect(logged.mock.calls).toEqual([['203.0.113.1 has too many connections']])
})

test('hubSingle.ts authenticates users, authorizes streams, validates messages and answers probes', async () => {
  const { hub } = await import('./hubSingle.ts')
  onTestFinished(() => hub.close())
  await hub.ready
  const open = (token: string) => {
    const client = createWebSocket(`ws://127.0.0.1:${hub.port}/ws`, {
      codec: json(),
      session: session({ token: () => token, streams: ['lobby', 'user:bob'] }),
    })
    onTestFinished(() => client.dispose())
    return client
  }
  const unknown = open('invalid')
  expect(await new Promise((resolve) => unknown.on('stop', resolve))).toMatchObject({ code: 4501, cause: 'auth' })
  const ann = open('of ann')
  const received = new Promise((resolve) => ann.on('message', resolve))
  const denied = new Promise((resolve) => ann.on('resync', resolve))
  await expect(ann.deliver('x'.repeat(501))).rejects.toMatchObject({ reason: 'bad-line' })
  await ann.deliver('hello')
  expect([await received, await denied]).toMatchObject([
    { from: 'ann', text: 'hello' },
    { stream: 'user:bob', reason: 'denied' },
  ])
  expect((await fetch(`http://127.0.0.1:${hub.port}/readyz`)).status).toBe(200)
})

/** Starts the process of the production example, in this process. */
const startProduction = async () => {
  vi.resetModules()
  const { hub, server, stop } = await import('./hubProduction.ts')
  if (!server.listening) await once(server, 'listening')
  return { hub, stop, url: `ws://127.0.0.1:${hub.port}/ws` }
}

test.skipIf(!findRedis())(
  'hubProduction.ts authenticates users, authorizes streams and validates messages',
  async () => {
    vi.stubEnv('REDIS_URL', await startLoginRedis(onTestFinished))
    const { stop, url } = await startProduction()
    onTestFinished(stop)
    const dial = (token: string, streams: string[]) => {
      const client = createWebSocket(url, { codec: json(), session: session({ token: () => token, streams }) })
      onTestFinished(() => client.dispose())
      return client
    }

    const unknown = dial('invalid', [])
    const stopped = new Promise((resolve) => unknown.on('stop', resolve))
    expect(await stopped).toMatchObject({ code: 4501, cause: 'auth', final: true })

    const ann = dial('of ann', ['lobby', 'user:bob'])
    const present = new Promise((resolve) => {
      ann.on('presence', ({ members = [], joined = [] }) => {
        const all = [...members, ...joined]
        if (all.length > 0) resolve(all)
      })
    })
    const denied = new Promise((resolve) => ann.on('resync', resolve))
    expect(await denied).toMatchObject({ stream: 'user:bob', reason: 'denied' })
    await expect(ann.deliver('x'.repeat(501))).rejects.toMatchObject({ code: 'RefusedError', reason: 'bad-line' })
    const received = new Promise((resolve) => ann.on('message', resolve))
    await ann.deliver('hello')
    expect(await received).toEqual({ from: 'ann', text: 'hello' })
    expect(await present).toEqual([{ id: 'ann', info: { name: 'Ann' } }])
    expect(await ann.request('who')).toEqual([{ id: 'ann', info: { name: 'Ann' } }])
  },
)

test.skipIf(!findRedis())('hubProduction.ts drains, and its clients resume on another node', async () => {
  vi.stubEnv('REDIS_URL', await startLoginRedis(onTestFinished))
  const first = await startProduction()
  const second = await startProduction()
  onTestFinished(second.stop)

  let { url } = first // the choice of a load balancer
  const { messages, take, hold } = inbox<unknown>()
  const client = createWebSocket(() => url, {
    codec: json(),
    session: session({ token: () => 'of ann', streams: ['lobby'] }),
  })
  onTestFinished(() => client.dispose())
  client.on('message', take)
  const resumed = new Promise((resolve) => client.on('resumed', resolve))
  await client.deliver('before')
  await hold(1)

  ;({ url } = second)
  await first.stop()
  await client.deliver('after')
  await resumed
  await hold(2)
  expect(messages).toEqual([
    { from: 'ann', text: 'before' },
    { from: 'ann', text: 'after' },
  ])
  expect(second.hub.stats()).toMatchObject({ resumes: 1, losts: 0 })
})
