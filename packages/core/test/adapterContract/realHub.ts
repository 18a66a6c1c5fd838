/** Adapter contract against the real hub over a failing network: a component shows every message of a stream. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Hub, createHub } from '../../../server/src/index.ts'
import { type FaultProxy, createFaultProxy } from '../../../server/src/testing/index.ts'
import { type SessionClient, type StreamMessage, createWebSocket, json } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import type { ComponentSpec, Harness, MountedComponent } from './harness.ts'
import { streamMessages } from './streams.ts'

export const testRealHub = (harness: Harness): void => {
  let hub: Hub
  let proxy: FaultProxy
  let shared: SessionClient<unknown, unknown>
  let mounted: MountedComponent[]
  /** All stream messages so far. Tests wait for these, then check what the component shows. */
  let streamEvents: StreamMessage[]
  let sockets: WebSocket[]
  class RecordedWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args)
      sockets.push(this)
    }
  }

  const mount = async (spec: Partial<ComponentSpec>): Promise<MountedComponent> => {
    const component = await harness.mount({ source: shared, ...spec })
    mounted.push(component)
    return component
  }
  const until = (condition: () => unknown): Promise<void> =>
    harness.act(() => vi.waitFor(() => expect(condition()).toBeTruthy(), { interval: 5, timeout: 30_000 }))
  const publish = async (...messages: unknown[]): Promise<void> => {
    for (const message of messages) await hub.publish('room', message)
  }
  const startHub = async (port: number): Promise<void> => {
    hub = createHub({ port, host: '127.0.0.1', presence: true })
    hub.on('message', (message) => hub.publish('room', message))
    await hub.ready
  }

  beforeEach(async () => {
    await startHub(0)
    proxy = await createFaultProxy({ target: hub.port! })
    shared = createWebSocket(proxy.url, {
      WebSocket: RecordedWebSocket as never,
      codec: json(),
      session: session(),
      lazy: true,
      linger: 0,
      pace: 'sync',
      reconnect: { minDelay: 1, baseDelay: 1, maxDelay: 20 },
    })
    mounted = []
    streamEvents = []
    sockets = []
    shared.on('stream', (message) => streamEvents.push(message))
  })
  afterEach(async () => {
    for (const component of mounted) await component.unmount()
    // The client and the server notice the close in any order.
    await vi.waitFor(
      () =>
        expect([
          sockets.filter(({ readyState }) => readyState !== WebSocket.CLOSED).length,
          hub.stats().connections,
        ]).toEqual([0, 0]),
      { interval: 5, timeout: 30_000 },
    )
    shared.dispose()
    await proxy.close()
    await hub.close()
  })

  test(
    'after a cut every message is shown once and in order, including a delivered one',
    { timeout: 60_000 },
    async () => {
      let presenceEvents = 0
      shared.on('presence', () => presenceEvents++)
      const [component, other] = [await mount({ stream: 'room' }), await mount({ stream: 'room' })]
      await until(() => presenceEvents)
      await publish(1, 2)
      await until(() => streamEvents.length === 2)

      const heal = await proxy.add({ fault: 'refuse' })
      proxy.cut()
      await publish(3, 4, 5)
      const delivered = shared.deliver('mine', { idempotencyKey: 'once' })
      await until(() => shared.get().status === 'reconnecting')
      await heal()
      await harness.act(() => delivered)
      await publish(6)
      await until(() => streamEvents.length === 7)

      expect(streamMessages(component)).toEqual([1, 2, 3, 4, 5, 'mine', 6])
      expect(streamMessages(other)).toEqual(streamMessages(component))
      expect(component.stream.resync).toBeUndefined()
      expect(component.stream.members).toHaveLength(1)
      expect(hub.stats()).toMatchObject({ resumes: 1, losts: 0 })
    },
  )

  test(
    'a hub that restarts without its memory causes a resync, and its new messages are shown',
    { timeout: 60_000 },
    async () => {
      const resyncs: unknown[] = []
      let presenceEvents = 0
      shared.on('presence', () => presenceEvents++)
      const component = await mount({
        stream: 'room',
        options: { onResync: ({ reason, wait }) => resyncs.push(reason, wait < 10_000) },
      })
      await until(() => presenceEvents)
      await publish('before')
      await until(() => streamEvents.length === 1)

      const { port } = hub
      await hub.close()
      await startHub(port!)
      await publish('lost')
      await until(() => resyncs.length)
      await publish('after')
      await until(() => streamEvents.length === 2)

      expect(resyncs).toEqual(['epoch', true])
      expect(component.stream.resync).toMatchObject({ stream: 'room', reason: 'epoch', to: { offset: 1 } })
      expect(streamMessages(component)).toEqual(['before', 'after'])
      await harness.act(() => component.stream.clear())
      expect([streamMessages(component), component.stream.resync]).toEqual([[], undefined])
    },
  )
}
