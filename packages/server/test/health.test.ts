/** The health of a hub: over HTTP with a port of its own, and by methods beside a server of the application. */

import { createServer } from 'node:http'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Health } from '../src/health.ts'
import { type Hub, type HubOptions, createHub } from '../src/hub.ts'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import { dial } from './support/dial.ts'

const startHub = async (options: HubOptions = {}): Promise<Hub> => {
  const hub = createHub({ port: 0, host: '127.0.0.1', ...options })
  onTestFinished(() => hub.close())
  await hub.ready
  return hub
}

const ask = async (hub: Hub, path: string, method = 'GET'): Promise<{ status: number; text: string }> => {
  const response = await fetch(`http://127.0.0.1:${hub.port}${path}`, { method })
  return { status: response.status, text: await response.text() }
}

describe('with a port of its own, the hub', () => {
  test('answers GET and HEAD of /healthz and /readyz, and any other request with 426', async () => {
    const hub = await startHub()
    expect(await ask(hub, '/healthz')).toEqual({ status: 200, text: '{"alive":true}' })
    expect(await ask(hub, '/readyz')).toEqual({ status: 200, text: '{"ready":true,"reasons":[]}' })
    expect(await ask(hub, '/readyz?probe=1')).toMatchObject({ status: 200 })
    expect(await ask(hub, '/healthz', 'HEAD')).toEqual({ status: 200, text: '' })
    expect(await ask(hub, '/readyz', 'HEAD')).toEqual({ status: 200, text: '' })
    expect(await ask(hub, '/readyz', 'POST')).toMatchObject({ status: 426 })
    const { headers } = await fetch(`http://127.0.0.1:${hub.port}/readyz`)
    expect([headers.get('content-type'), headers.get('cache-control')]).toEqual(['application/json', 'no-store'])
    for (const path of ['/', '/health', '/readyz/x']) expect(await ask(hub, path)).toMatchObject({ status: 426 })
  })

  test('is alive and not ready while it drains', async () => {
    const hub = await startHub()
    await hub.drain({ window: 0 })
    expect(await ask(hub, '/readyz')).toEqual({ status: 503, text: '{"ready":false,"reasons":["draining"]}' })
    expect(await ask(hub, '/readyz', 'HEAD')).toEqual({ status: 503, text: '' })
    expect(await ask(hub, '/healthz')).toMatchObject({ status: 200 })
  })

  test('is not ready while it is full', async () => {
    const hub = await startHub({ limits: { connections: 1 } })
    const closed = new Promise((resolve) => hub.on('close', resolve))
    const { socket } = await dial(`ws://127.0.0.1:${hub.port}`, [])
    expect(await ask(hub, '/readyz')).toEqual({ status: 503, text: '{"ready":false,"reasons":["full"]}' })
    socket.close()
    await closed
    expect(await ask(hub, '/readyz')).toMatchObject({ status: 200 })
  })

  test('is not ready while its store is unavailable, and states all reasons', async () => {
    let up = false
    const store = Object.defineProperty(memoryStore(), 'up', { get: () => up })
    const hub = await startHub({ store })
    expect(hub.stats().store).toEqual({ up: false })
    expect(hub.metrics()).toContain('\nholdfast_store_up 0\n')
    expect(await ask(hub, '/readyz')).toEqual({ status: 503, text: '{"ready":false,"reasons":["store"]}' })
    up = true
    expect(await ask(hub, '/readyz')).toMatchObject({ status: 200 })
    up = false
    await hub.drain({ window: 0 })
    expect(hub.health()).toEqual({ ready: false, reasons: ['draining', 'store'] } satisfies Health)
  })
})

test.each<[string, () => HubOptions]>([
  ['server', () => ({ server: createServer() })],
  ['noServer', () => ({ noServer: true })],
])('with %s, the application reads health() and accepting', async (_, options) => {
  const hub = createHub(options())
  onTestFinished(() => hub.close())
  expect([hub.accepting, hub.health()]).toEqual([true, { ready: true, reasons: [] }])
  await hub.drain({ window: 0 })
  expect([hub.accepting, hub.health()]).toEqual([false, { ready: false, reasons: ['draining'] }])
})

test('a closed hub does not accept clients', async () => {
  const hub = createHub({ noServer: true })
  await hub.close()
  expect([hub.accepting, hub.health().reasons]).toEqual([false, ['draining']])
})
