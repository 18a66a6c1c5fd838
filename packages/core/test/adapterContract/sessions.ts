/** The contract of the adapters: what a session tells reaches the callbacks of a component, and what a session adds is at hand. */

import { expect, test, vi } from 'vitest'
import { setHub } from './mountSessionStage.ts'
import type { Harness, Options } from './mountStage.ts'

/** Callbacks that write down what a session tells. */
const diary = (who = ''): { lines: string[]; callbacks: Options } => {
  const lines: string[] = []
  const write = (name: string) => (value: unknown) => void lines.push(`${who}${name} ${JSON.stringify(value)}`)
  const callbacks = {
    onResync: ({ stream, reason, wait }: { stream: string; reason: string; wait: number }) =>
      write('resync')([stream, reason, wait]),
    onUnconfirmed: write('unconfirmed'),
    onResumed: write('resumed'),
    onStream: ({ stream, offset, replayed }: { stream: string; offset: number; replayed: boolean }) =>
      write('stream')([stream, offset, replayed]),
    onPresence: write('presence'),
  }
  return { lines, callbacks: callbacks as Options }
}

export const testSessions = (harness: Harness): void => {
  const given = ['its own', 'a shared'] as const

  test.each(given)('callbacks are told what the session of %s client tells', async (which) => {
    const { mount, act, speaking, shareSession, welcome, tell, msg, back, server } = setHub(harness)
    const { lines, callbacks } = diary()
    const own = { streams: ['room'] }
    const shared = which === 'a shared' ? shareSession(own) : undefined
    const part = await mount({
      source: shared ?? 'ws://a/',
      options: shared ? callbacks : speaking(own, callbacks),
      reads: ['status'],
    })
    await welcome()
    const renders = part.renders
    await tell(msg('room', 1), { t: 'pres', s: 'room', all: [{ id: 'ann' }] })
    expect(lines.splice(0)).toEqual(['stream ["room",1,false]', 'presence {"stream":"room","members":[{"id":"ann"}]}'])
    expect(part.renders).toBe(renders)
    await back()
    await tell(msg('room', 2, 'two', { re: 1 }))
    expect(lines.splice(0)).toEqual(['resumed {"sessionId":"s1"}', 'stream ["room",2,true]'])
    const { client } = part.now as unknown as { client: ReturnType<typeof shareSession> }
    let failed: unknown
    await act(() => void client.deliver('order').catch((error: unknown) => (failed = error)))
    await back({ resumed: false, sid: 's2', streams: { room: ['f', 0, 'lost', 'epoch'] } })
    expect(lines).toEqual(['unconfirmed {"messages":["order"]}', 'resync ["room","epoch",5000]'])
    expect(failed).toMatchObject({ code: 'UnknownOutcomeError' })
    expect(server.alive).toBe(1)
  })

  test.each(given)(
    'callbacks for the session of %s client are the latest, and gone after unmounting',
    async (which) => {
      const { mount, speaking, shareSession, welcome, tell, msg, server } = setHub(harness)
      const [first, second] = [diary('first '), diary('second ')]
      const own = { streams: ['room'] }
      const shared = which === 'a shared' ? shareSession(own) : undefined
      const options = (callbacks: Options): Options => (shared ? callbacks : speaking(own, callbacks))
      const part = await mount({ source: shared ?? 'ws://a/', options: options(first.callbacks) })
      await welcome()
      await tell(msg('room', 1))
      await part.change({ options: options(second.callbacks) })
      await tell(msg('room', 2))
      expect([first.lines, second.lines]).toEqual([
        ['first stream ["room",1,false]'],
        ['second stream ["room",2,false]'],
      ])
      await part.unmount()
      const { length } = server.connections
      await tell(msg('room', 3))
      expect([second.lines.length, server.connections.length]).toEqual([1, length])
    },
  )

  test('useMessage takes the callbacks of a session too', async () => {
    const { mount, shareSession, welcome, tell, msg } = setHub(harness)
    const { lines, callbacks } = diary()
    const heard: unknown[] = []
    await mount({
      source: shareSession({ streams: ['room'] }),
      handler: (message) => heard.push(message),
      options: callbacks,
    })
    await welcome()
    await tell(msg('room', 1))
    expect([lines, heard]).toEqual([['stream ["room",1,false]'], ['room 1']])
  })

  test.each(given)('with %s client that has no session they are never called', async (which) => {
    const { mount, act, say, options, share, server } = setHub(harness)
    server.auto = true
    const { lines, callbacks } = diary()
    const onMessage = vi.fn()
    const source = which === 'its own' ? 'ws://a/' : share()
    const part = await mount({ source, options: options({ ...callbacks, onMessage }) })
    await act()
    await say('hello')
    await part.change({ options: options({ ...callbacks, onOpen: () => {} }) })
    await act()
    expect([lines, onMessage.mock.calls, part.now.status]).toEqual([[], [['hello']], 'open'])
  })

  test('a component delivers through the client that it has', async () => {
    const { mount, act, speaking, welcome, tell } = setHub(harness)
    const part = await mount({ source: 'ws://a/', options: speaking() })
    await welcome()
    let acked: unknown
    const { client } = part.now as unknown as { client: { deliver(message: unknown): Promise<unknown> } }
    await act(() => void client.deliver('order').then((ack) => (acked = ack)))
    await tell({ t: 'ack', seq: 1 })
    expect(acked).toEqual({ seq: 1 })
  })
}
