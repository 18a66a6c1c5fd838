/** Adapter contract: unmounting stops everything, at any moment, and leaves nothing behind. */

import { expect, test } from 'vitest'
import type { Harness } from './harness.ts'
import { mountSessionStage } from './mountSessionStage.ts'
import { mountStage } from './mountStage.ts'

export const testUnmounting = (harness: Harness): void => {
  test('unmounting while connecting leaves no socket', async () => {
    const { mount, options, server } = mountStage(harness)
    server.auto = false
    const component = await mount({ source: 'ws://a/', options: options() })
    expect(server.alive).toBe(1)
    await component.unmount()
    expect(server.alive).toBe(0)
    server.last.accept()
    expect(server.alive).toBe(0)
  })

  test('unmounting while waiting to reconnect cancels the attempt', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    await act(() => server.last.drop())
    await component.unmount()
    expect(clock.pending).toBe(0)
    await advance(60_000)
    expect(server.connections).toHaveLength(1)
  })

  test('(U8) unmounting while the URL is pending aborts it, and no socket or further request follows', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const signals: AbortSignal[] = []
    const resolvers: ((url: string) => void)[] = []
    const rejecters: ((error: Error) => void)[] = []
    const source = ({ signal }: { signal: AbortSignal }): Promise<string> => {
      signals.push(signal)
      return new Promise((resolve, reject) => {
        resolvers.push(resolve)
        rejecters.push(reject)
      })
    }
    const one = await mount({ source, options: options() })
    const other = await mount({ source, options: options() })
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false])
    await one.unmount()
    await other.unmount()
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
    await act(() => resolvers[0]!('ws://late/'))
    await act(() => rejecters[1]!(new Error('too late')))
    await advance(60_000)
    expect(signals).toHaveLength(2)
    expect(server.connections).toHaveLength(0)
  })

  test('(V1b) a dead connection that is detected just before unmounting is not opened again', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const component = await mount({
      source: 'ws://a/',
      options: options({ heartbeat: { interval: 1000, timeout: 1000 } }),
    })
    await act()
    server.auto = false
    await advance(2000)
    expect(component.result.status).toBe('reconnecting')
    await component.unmount()
    server.last.finish()
    await advance(60_000)
    expect(server.connections).toHaveLength(1)
  })

  test('send, open, close and reconnect do nothing after unmounting', async () => {
    const { mount, act, advance, options, server, clock } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    const { send, open, close, reconnect } = component.result
    await component.unmount()
    await act(() => {
      expect(send('late')).toBe('dropped')
      open()
      reconnect()
      close()
    })
    await advance(60_000)
    expect(server.connections).toHaveLength(1)
    expect(clock.pending).toBe(0)
  })

  test.each(['its own', 'a shared'])(
    '(robtaussig#52, partykit#400) messages that cleanups of a component send on %s connection are sent before it closes',
    async (kind) => {
      const { mount, act, options, createSharedClient, server, clock } = mountStage(harness)
      const source = kind === 'its own' ? 'ws://a/' : createSharedClient({ linger: 0 })
      const component = await mount({ source, options: kind === 'its own' ? options() : {}, leaves: true })
      await act()
      // StrictMode runs cleanups when it mounts a component, too.
      const sentBefore = server.last.received.length
      await component.unmount()
      expect(server.last.received.slice(sentBefore).sort()).toEqual([...harness.cleanups].sort())
      expect([server.connections.length, server.alive, clock.pending]).toEqual([1, 0, 0])
    },
  )

  test('messages that cleanups send without a connection are dropped without an error, and nothing is left', async () => {
    const { mount, act, advance, options, server, clock, environment } = mountStage(harness)
    server.auto = false
    const component = await mount({ source: 'ws://a/', options: options(), leaves: true })
    await component.unmount()
    const waiting = await mount({ source: 'ws://b/', options: options(), leaves: true })
    await act(() => server.last.drop())
    await waiting.unmount()
    expect([server.alive, clock.pending, environment.listeners]).toEqual([0, 0, 0])
    await advance(60_000)
    expect(server.connections.map(({ received }) => received)).toEqual([[], []])
  })

  test('a message that a cleanup sends is sent with a session, too', async () => {
    const { mount, sessionOptions, welcome, server } = mountSessionStage(harness)
    const component = await mount({ source: 'ws://a/', options: sessionOptions(), leaves: true })
    await welcome()
    const sentBefore = server.last.received.length
    await component.unmount()
    const sent = server.last.received.slice(sentBefore).join()
    expect(harness.cleanups.filter((name) => !sent.includes(`"${name}"`))).toEqual([])
  })

  test('1 000 mounts and unmounts leave no socket, timer or listener', { timeout: 300_000 }, async () => {
    const { mount, options, server, clock, environment } = mountStage(harness)
    for (let round = 0; round < 10; round++) {
      const component = await mount(
        { source: 'ws://a/', options: options({ heartbeat: true }), reads: ['status'] },
        100,
      )
      expect(server.alive).toBe(100)
      await component.unmount()
      expect([server.alive, clock.pending, environment.listeners]).toEqual([0, 0, 0])
    }
    expect(server.connections).toHaveLength(1000)
  })
}
