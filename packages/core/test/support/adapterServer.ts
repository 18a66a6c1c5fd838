/** The contract of the adapters against a real server: what leaves the component arrives, and what it leaves is nothing. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createWebSocket } from '../../src/index.ts'
import type { Client, Harness, Mounted, Options, Part } from './adapterStage.ts'
import { type EchoServer, startEchoServer } from './echoServer.ts'

export const testServer = (harness: Harness): void => {
  let server: EchoServer
  let mounted: Mounted[]
  let pending: Set<unknown>

  /** Real time, counted. */
  const clock = {
    now: () => Date.now(),
    random: () => 0,
    setTimeout: (callback: () => void, delay: number): unknown => {
      const handle = setTimeout(() => {
        pending.delete(handle)
        callback()
      }, delay)
      pending.add(handle)
      return handle
    },
    clearTimeout: (handle: unknown) => {
      pending.delete(handle)
      clearTimeout(handle as NodeJS.Timeout)
    },
  }
  const options = (more?: Options): Options => ({
    WebSocket: WebSocket as unknown as Options['WebSocket'] & object,
    clock,
    pace: 'sync',
    ...more,
  })
  const mount = async (part: Part, copies?: number): Promise<Mounted> => {
    const made = await harness.mount(part, copies)
    mounted.push(made)
    return made
  }
  const next = (client: Client, type: 'open' | 'message'): Promise<unknown> =>
    new Promise((resolve) => {
      const off = client.on(type, (value) => {
        off()
        resolve(value)
      })
    })
  const opening = ({ now: { client } }: Mounted): Promise<void> =>
    harness.act(() => client.get().status === 'open' || next(client, 'open'))
  const empty = (): Promise<unknown> =>
    vi.waitFor(() => expect(server.open()).toBe(0), { interval: 5, timeout: 30_000 })

  beforeEach(async () => {
    server = await startEchoServer()
    mounted = []
    pending = new Set()
  })
  afterEach(async () => {
    for (const part of mounted) await part.unmount()
    await empty()
    expect(pending.size, 'timers left').toBe(0)
    await server.close()
  })

  test('connects, echoes, and is gone from the server after unmounting', async () => {
    const part = await mount({ source: `${server.url}/`, options: options({ linger: 0 }) })
    await opening(part)
    expect(server.open()).toBe(1)
    await harness.act(() => {
      expect(part.now.send('hello')).toBe('sent')
      return next(part.now.client, 'message')
    })
    expect(part.now).toMatchObject({ status: 'open', lastMessage: 'hello', received: 1 })
    await part.unmount()
    await empty()
    expect(server.accepted()).toBe(1)
  })

  test('50 components on one client are one connection', async () => {
    const shared = createWebSocket(`${server.url}/`, { ...options(), lazy: true, linger: 0 })
    const all = await mount({ source: shared }, 50)
    await opening(all)
    expect(server.accepted()).toBe(1)
    expect(all.now.status).toBe('open')
    await all.unmount()
    await empty()
  })

  test('50 mounts and unmounts, some before the handshake is done, leave nothing', async () => {
    for (let round = 0; round < 10; round++) {
      const part = await mount({ source: `${server.url}/`, options: options() }, 5)
      if (round % 2) await opening(part)
      await part.unmount()
      expect(pending.size).toBe(0)
    }
    await empty()
  })

  test('comes back after the connection is cut', async () => {
    const reconnect = { minDelay: 1, baseDelay: 1 }
    const part = await mount({ source: `${server.url}/cut?after=1`, options: options({ reconnect }) })
    await opening(part)
    await harness.act(() => {
      part.now.send('cut')
      return next(part.now.client, 'open')
    })
    expect(part.now).toMatchObject({ status: 'open', lastClose: { code: 1006, cause: 'network' } })
    expect(server.accepted()).toBe(2)
  })

  test('a burst of 2 000 messages loses none', async () => {
    const heard: unknown[] = []
    await mount({ source: `${server.url}/burst?n=2000`, handler: (message) => heard.push(message), options: options() })
    await harness.act(() => vi.waitFor(() => expect(heard).toHaveLength(2000), { interval: 5, timeout: 30_000 }))
    expect(heard.map(String)).toEqual(Array.from({ length: 2000 }, (_, index) => `${index}`))
  })

  test('another URL leaves one connection, the new one', async () => {
    const part = await mount({ source: `${server.url}/a`, options: options() })
    await opening(part)
    await part.change({ source: `${server.url}/b` })
    await opening(part)
    await vi.waitFor(() => expect(server.open()).toBe(1), { interval: 5, timeout: 30_000 })
    expect(part.now.client.socket?.url).toBe(`${server.url}/b`)
  })
}
