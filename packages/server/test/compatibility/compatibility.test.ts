/** Clients and hubs of the previous and of this version resume each other's sessions. */

import { createWebSocket, json } from '@holdfast/core'
import { session } from '@holdfast/core/recovery'
import { expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createHub } from '../../src/hub.ts'
import { createFaultProxy } from '../../src/testing/index.ts'
import * as previousClient from './previousClient.min.mjs'
import * as previousServer from './previousServer.min.mjs'

const clients = { previous: previousClient, current: { createWebSocket, json, session } }
const servers = { previous: previousServer, current: { createHub } }

const until = (condition: () => unknown): Promise<void> =>
  vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 30_000 })

test.each([
  ['previous', 'current'],
  ['current', 'previous'],
  ['current', 'current'],
] as const)(
  'a %s client resumes its session on a %s hub without a gap or a duplicate, in both directions',
  { timeout: 60_000 },
  async (clientVersion, serverVersion) => {
    const hub = servers[serverVersion].createHub({ port: 0, host: '127.0.0.1', presence: true })
    const applied: unknown[] = []
    hub.on('message', (message) => void applied.push(message))
    hub.on('request', (message) => {
      applied.push(message)
      return { reply: message }
    })
    await hub.ready
    const proxy = await createFaultProxy({ target: hub.port! })
    const core = clients[clientVersion]
    const client = core.createWebSocket(proxy.url, {
      WebSocket: WebSocket as never,
      codec: core.json<unknown, unknown>(),
      session: core.session({ streams: ['room'] }),
      reconnect: { minDelay: 1, baseDelay: 1, maxDelay: 20 },
    })
    onTestFinished(async () => {
      client.dispose()
      await proxy.close()
      await hub.close()
    })
    const received: unknown[] = []
    const events: string[] = []
    client.on('message', (message) => received.push(message))
    for (const type of ['resumed', 'resync', 'presence'] as const) client.on(type, () => events.push(type))
    await until(() => client.get().status === 'open' && events.includes('presence'))

    await hub.publish('room', 1)
    expect(await client.request('first')).toEqual({ reply: 'first' })
    const restore = await proxy.add({ fault: 'swallow', direction: 'toClient' })
    const second = client.deliver('second')
    await until(() => applied.includes('second'))
    await hub.publish('room', 2)
    await hub.publish('room', 3)
    await restore()
    proxy.cut()
    await until(() => events.includes('resumed'))
    expect(await second).toEqual({ seq: 2 })
    await hub.publish('room', 4)
    await until(() => received.includes(4))

    expect(received).toEqual([1, 2, 3, 4])
    expect(applied).toEqual(['first', 'second'])
    expect(events).not.toContain('resync')
  },
)
