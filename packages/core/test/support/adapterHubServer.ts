/** The contract of the adapters against the real hub, over a network that fails: what a component shows of a stream is complete. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { type Hub, createHub } from '../../../server/src/index.ts'
import { type FaultProxy, createFaultProxy } from '../../../server/src/testing/index.ts'
import { type SessionClient, type StreamMessage, createWebSocket, json } from '../../src/index.ts'
import { session } from '../../src/session/index.ts'
import type { Harness, Mounted, Part } from './adapterStage.ts'

export const testHubServer = (harness: Harness): void => {
  let hub: Hub
  let proxy: FaultProxy
  let shared: SessionClient<unknown, unknown>
  let mounted: Mounted[]
  /** What has come of all streams, for the test to wait by; what is shown of it, is looked at after. */
  let come: StreamMessage[]
  let sockets: WebSocket[]
  class Watched extends WebSocket {
    constructor(...given: ConstructorParameters<typeof WebSocket>) {
      super(...given)
      sockets.push(this)
    }
  }

  const mount = async (part: Partial<Part>): Promise<Mounted> => {
    const made = await harness.mount({ source: shared, ...part })
    mounted.push(made)
    return made
  }
  const until = (seen: () => unknown): Promise<void> =>
    harness.act(() => vi.waitFor(() => expect(seen()).toBeTruthy(), { interval: 5, timeout: 30_000 }))
  const said = ({ stream }: Mounted): unknown[] => stream.messages.map(({ message }) => message)
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
      WebSocket: Watched as never,
      codec: json(),
      session: session(),
      lazy: true,
      linger: 0,
      pace: 'sync',
      reconnect: { minDelay: 1, baseDelay: 1, maxDelay: 20 },
    })
    mounted = []
    come = []
    sockets = []
    shared.on('stream', (message) => come.push(message))
  })
  afterEach(async () => {
    for (const part of mounted) await part.unmount()
    // Either end may be the first to know.
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
    'over a cut every message is shown once and in order, those of a delivery too',
    { timeout: 60_000 },
    async () => {
      let present = 0
      shared.on('presence', () => present++)
      const [part, other] = [await mount({ stream: 'room' }), await mount({ stream: 'room' })]
      await until(() => present)
      await publish(1, 2)
      await until(() => come.length === 2)

      const heal = await proxy.add({ fault: 'refuse' })
      proxy.cut()
      await publish(3, 4, 5)
      const delivered = shared.deliver('mine', { idempotencyKey: 'once' })
      await until(() => shared.get().status === 'reconnecting')
      await heal()
      await harness.act(() => delivered)
      await publish(6)
      await until(() => come.length === 7)

      expect(said(part)).toEqual([1, 2, 3, 4, 5, 'mine', 6])
      expect(said(other)).toEqual(said(part))
      expect(part.stream.resync).toBeUndefined()
      expect(part.stream.members).toHaveLength(1)
      expect(hub.stats()).toMatchObject({ resumes: 1, losts: 0 })
    },
  )

  test(
    'a hub that comes back without its memory is told as a resync, and what it says then is shown',
    { timeout: 60_000 },
    async () => {
      const breaks: unknown[] = []
      let present = 0
      shared.on('presence', () => present++)
      const part = await mount({
        stream: 'room',
        options: { onResync: ({ reason, wait }) => breaks.push(reason, wait < 10_000) },
      })
      await until(() => present)
      await publish('before')
      await until(() => come.length === 1)

      const { port } = hub
      await hub.close()
      await startHub(port!)
      await publish('lost')
      await until(() => breaks.length)
      await publish('after')
      await until(() => come.length === 2)

      expect(breaks).toEqual(['epoch', true])
      expect(part.stream.resync).toMatchObject({ stream: 'room', reason: 'epoch', to: { offset: 1 } })
      expect(said(part)).toEqual(['before', 'after'])
      await harness.act(() => part.stream.clear())
      expect([said(part), part.stream.resync]).toEqual([[], undefined])
    },
  )
}
