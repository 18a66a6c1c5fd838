/** Adapter contract against a real server: messages arrive in both directions, and no connection or timer is left. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWebSocket } from '../../src/index.ts'
import type { Client, ComponentSpec, Harness, MountedComponent, Options } from './harness.ts'

/** An echo server: the one of this process in Node, or one of another process for tests in a browser. */
export interface RemoteEchoServer {
  /** `ws://127.0.0.1:<port>`, without a path. See `echoServer.ts` for its paths. */
  readonly url: string
  /** Connections that are open now. */
  open(): number | Promise<number>
  /** Connections accepted since the start of the test. */
  accepted(): number | Promise<number>
  close(): Promise<void>
}

/** What differs between Node and a browser. */
export interface RealServerParts {
  startServer(): Promise<RemoteEchoServer>
  WebSocket: Options['WebSocket'] & object
}

export const testRealServer = (harness: Harness, { startServer, WebSocket }: RealServerParts): void => {
  let server: RemoteEchoServer
  let mounted: MountedComponent[]
  let pending: Set<unknown>

  /** The real clock, with a set of the pending timers. */
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
    WebSocket,
    clock,
    pace: 'sync',
    ...more,
  })
  const mount = async (spec: ComponentSpec, copies?: number): Promise<MountedComponent> => {
    const component = await harness.mount(spec, copies)
    mounted.push(component)
    return component
  }
  const next = (client: Client, type: 'open' | 'message'): Promise<unknown> =>
    new Promise((resolve) => {
      const off = client.on(type, (value) => {
        off()
        resolve(value)
      })
    })
  const untilOpen = ({ result: { client } }: MountedComponent): Promise<void> =>
    harness.act(() => client.get().status === 'open' || next(client, 'open'))
  const untilEmpty = (): Promise<unknown> =>
    vi.waitFor(async () => expect(await server.open()).toBe(0), { interval: 5, timeout: 30_000 })

  beforeEach(async () => {
    server = await startServer()
    mounted = []
    pending = new Set()
  })
  afterEach(async () => {
    for (const component of mounted) await component.unmount()
    await untilEmpty()
    expect(pending.size, 'timers left').toBe(0)
    await server.close()
  })

  test('a component connects, receives its echo, and closes its connection when unmounted', async () => {
    const component = await mount({ source: `${server.url}/`, options: options({ linger: 0 }) })
    await untilOpen(component)
    expect(await server.open()).toBe(1)
    await harness.act(() => {
      expect(component.result.send('hello')).toBe('sent')
      return next(component.result.client, 'message')
    })
    expect(component.result).toMatchObject({ status: 'open', lastMessage: 'hello', received: 1 })
    await component.unmount()
    await untilEmpty()
    expect(await server.accepted()).toBe(1)
  })

  test('50 components on one client open one connection', async () => {
    const shared = createWebSocket(`${server.url}/`, { ...options(), lazy: true, linger: 0 })
    const all = await mount({ source: shared }, 50)
    await untilOpen(all)
    expect(await server.accepted()).toBe(1)
    expect(all.result.status).toBe('open')
    await all.unmount()
    await untilEmpty()
  })

  test('50 mounts and unmounts, some before the handshake completes, leave no connection or timer', async () => {
    for (let round = 0; round < 10; round++) {
      const component = await mount({ source: `${server.url}/`, options: options() }, 5)
      if (round % 2) await untilOpen(component)
      await component.unmount()
      expect(pending.size).toBe(0)
    }
    await untilEmpty()
  })

  test('a component reconnects after the connection is cut', async () => {
    const reconnect = { minDelay: 1, baseDelay: 1 }
    const component = await mount({ source: `${server.url}/cut?after=1`, options: options({ reconnect }) })
    await untilOpen(component)
    await harness.act(() => {
      component.result.send('cut')
      return next(component.result.client, 'open')
    })
    expect(component.result).toMatchObject({ status: 'open', lastClose: { code: 1006, cause: 'network' } })
    expect(await server.accepted()).toBe(2)
  })

  test('all 2 000 messages of a burst arrive in order', async () => {
    const handled: unknown[] = []
    await mount({
      source: `${server.url}/burst?n=2000`,
      handler: (message) => handled.push(message),
      options: options(),
    })
    await harness.act(() => vi.waitFor(() => expect(handled).toHaveLength(2000), { interval: 5, timeout: 30_000 }))
    expect(handled.map(String)).toEqual(Array.from({ length: 2000 }, (_, index) => `${index}`))
  })

  test('a new URL leaves only the new connection open', async () => {
    const component = await mount({ source: `${server.url}/a`, options: options() })
    await untilOpen(component)
    await component.change({ source: `${server.url}/b` })
    await untilOpen(component)
    await vi.waitFor(async () => expect(await server.open()).toBe(1), { interval: 5, timeout: 30_000 })
    expect(component.result.client.socket?.url).toBe(`${server.url}/b`)
  })
}
