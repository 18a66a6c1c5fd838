/** Adapter contract: the events of a session reach the callbacks of a component, and the client has the methods of the session. */

import { expect, test, vi } from 'vitest'
import { mountSessionStage } from './mountSessionStage.ts'
import type { Harness, Options } from './harness.ts'

/** Session callbacks that append one line per call. */
const recordSessionCallbacks = (label = ''): { lines: string[]; callbacks: Options } => {
  const lines: string[] = []
  const record = (name: string) => (value: unknown) => void lines.push(`${label}${name} ${JSON.stringify(value)}`)
  const callbacks = {
    onResync: ({ stream, reason, wait }: { stream: string; reason: string; wait: number }) =>
      record('resync')([stream, reason, wait]),
    onUnconfirmed: record('unconfirmed'),
    onResumed: record('resumed'),
    onStream: ({ stream, offset, replayed }: { stream: string; offset: number; replayed: boolean }) =>
      record('stream')([stream, offset, replayed]),
    onPresence: record('presence'),
  }
  return { lines, callbacks: callbacks as Options }
}

export const testSessionCallbacks = (harness: Harness): void => {
  const clients = ['an owned', 'a shared'] as const

  test.each(clients)('callbacks receive the session events of %s client', async (which) => {
    const {
      mount,
      act,
      sessionOptions,
      createSessionClient,
      welcome,
      sendFrames,
      messageFrame,
      dropAndReconnect,
      server,
    } = mountSessionStage(harness)
    const { lines, callbacks } = recordSessionCallbacks()
    const own = { streams: ['room'] }
    const shared = which === 'a shared' ? createSessionClient(own) : undefined
    const component = await mount({
      source: shared ?? 'ws://a/',
      options: shared ? callbacks : sessionOptions(own, callbacks),
      reads: ['status'],
    })
    await welcome()
    const renders = component.renders
    await sendFrames(messageFrame('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect(lines.splice(0)).toEqual(['stream ["room",1,false]', 'presence {"stream":"room","members":[{"id":"ann"}]}'])
    expect(component.renders).toBe(renders)
    await dropAndReconnect()
    await sendFrames(messageFrame('room', 2, 'two', { re: 1 }))
    expect(lines.splice(0)).toEqual(['resumed {"sessionId":"s1"}', 'stream ["room",2,true]'])
    const { client } = component.result as unknown as { client: ReturnType<typeof createSessionClient> }
    let failed: unknown
    await act(() => void client.deliver('order').catch((error: unknown) => (failed = error)))
    await dropAndReconnect({ resumed: false, sid: 's2', streams: { room: ['f', 0, 'lost', 'epoch'] } })
    expect(lines).toEqual(['unconfirmed {"messages":["order"]}', 'resync ["room","epoch",5000]'])
    expect(failed).toMatchObject({ code: 'UnknownOutcomeError' })
    expect(server.alive).toBe(1)
  })

  test.each(clients)(
    'the newest session callbacks of %s client are called, and none after unmounting',
    async (which) => {
      const { mount, sessionOptions, createSessionClient, welcome, sendFrames, messageFrame, server } =
        mountSessionStage(harness)
      const [first, second] = [recordSessionCallbacks('first '), recordSessionCallbacks('second ')]
      const own = { streams: ['room'] }
      const shared = which === 'a shared' ? createSessionClient(own) : undefined
      const options = (callbacks: Options): Options => (shared ? callbacks : sessionOptions(own, callbacks))
      const component = await mount({ source: shared ?? 'ws://a/', options: options(first.callbacks) })
      await welcome()
      await sendFrames(messageFrame('room', 1))
      await component.change({ options: options(second.callbacks) })
      await sendFrames(messageFrame('room', 2))
      expect([first.lines, second.lines]).toEqual([
        ['first stream ["room",1,false]'],
        ['second stream ["room",2,false]'],
      ])
      await component.unmount()
      const { length } = server.connections
      await sendFrames(messageFrame('room', 3))
      expect([second.lines.length, server.connections.length]).toEqual([1, length])
    },
  )

  test('useMessage accepts session callbacks', async () => {
    const { mount, createSessionClient, welcome, sendFrames, messageFrame } = mountSessionStage(harness)
    const { lines, callbacks } = recordSessionCallbacks()
    const handled: unknown[] = []
    await mount({
      source: createSessionClient({ streams: ['room'] }),
      handler: (message) => handled.push(message),
      options: callbacks,
    })
    await welcome()
    await sendFrames(messageFrame('room', 1))
    expect([lines, handled]).toEqual([['stream ["room",1,false]'], ['room 1']])
  })

  test.each(clients)('session callbacks are never called for %s client without a session', async (which) => {
    const { mount, act, sendFromServer, options, createSharedClient, server } = mountSessionStage(harness)
    server.auto = true
    const { lines, callbacks } = recordSessionCallbacks()
    const onMessage = vi.fn()
    const isOwned = which === 'an owned'
    const optionsOf = (given: Options): Options => (isOwned ? options(given) : given)
    const component = await mount({
      source: isOwned ? 'ws://a/' : createSharedClient(),
      options: optionsOf({ ...callbacks, onMessage }),
    })
    await act()
    await sendFromServer('hello')
    await component.change({ options: optionsOf({ ...callbacks, onOpen: () => {} }) })
    await act()
    expect([lines, onMessage.mock.calls, component.result.status]).toEqual([[], [['hello']], 'open'])
  })

  test('a component delivers through the returned client', async () => {
    const { mount, act, sessionOptions, welcome, sendFrames } = mountSessionStage(harness)
    const component = await mount({ source: 'ws://a/', options: sessionOptions() })
    await welcome()
    let acked: unknown
    const { client } = component.result as unknown as { client: { deliver(message: unknown): Promise<unknown> } }
    await act(() => void client.deliver('order').then((ack) => (acked = ack)))
    await sendFrames({ t: 'ack', seq: 1 })
    expect(acked).toEqual({ seq: 1 })
  })
}
