/** The contract of the adapters: every message arrives, and a component renders only for the fields that it reads. */

import { expect, test } from 'vitest'
import { type Field, type Harness, setStage } from './mountStage.ts'

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`)

export const testRendering = (harness: Harness): void => {
  test('a component that reads status and send renders zero times for 10 000 messages', async () => {
    const { mount, act, frame, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options(), reads: ['status'] })
    await act()
    const before = part.renders
    for (let burst = 0; burst < 100; burst++) {
      await act(() => numbers(100).forEach((message) => server.last.send(message)))
      await frame()
    }
    expect(part.now.client.get().received).toBe(10_000)
    expect(part.renders - before).toBe(0)
  })

  test('a component that shows the last message renders at most once a frame, and ends with the newest', async () => {
    const { mount, act, frame, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options(), reads: ['lastMessage'] })
    await act()
    const before = part.renders
    for (let burst = 0; burst < 10; burst++) {
      await act(() => numbers(1000).forEach((message) => server.last.send(`${burst} ${message}`)))
      await frame()
    }
    expect(part.now.lastMessage).toBe('9 999')
    // The first of a quiet time is shown at once.
    expect(part.renders - before).toBeLessThanOrEqual(11)
  })

  test('(A3) (U11) of 20 messages in one burst none is missing from messages, for one or two renders', async () => {
    const { mount, act, frame, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options({ history: 100 }), reads: ['messages'] })
    await act()
    const before = part.renders
    await act(() => numbers(20).forEach((message) => server.last.send(message)))
    await frame()
    expect(part.now.messages).toEqual(numbers(20))
    expect(part.renders - before).toBeLessThanOrEqual(2)
  })

  test('(V5) useMessage hears every message of a burst, equal ones too, and renders for none', async () => {
    const { mount, act, frame, options, server } = setStage(harness)
    const heard: unknown[] = []
    const part = await mount({ source: 'ws://a/', handler: (message) => heard.push(message), options: options() })
    await act()
    const before = part.renders
    const burst = [...numbers(20), 'same', 'same', 'same']
    await act(() => burst.forEach((message) => server.last.send(message)))
    await frame()
    expect(heard).toEqual(burst)
    expect(part.renders - before).toBe(0)
  })

  test.each<[Field, Field[]]>([
    ['status', ['lastMessage', 'received', 'messages', 'queued', 'latency', 'error']],
    ['queued', ['lastMessage', 'received', 'messages', 'latency', 'error']],
    ['latency', ['lastMessage', 'received', 'messages', 'queued', 'error']],
    ['lastMessage', ['queued', 'latency', 'error']],
  ])('reading %s does not render for %j', async (read, others) => {
    const { mount, act, pass, frame, options, server } = setStage(harness)
    const watched = options({
      history: 5,
      highWaterMark: 100,
      heartbeat: { interval: 1000, timeout: 500 },
      onError: () => {},
    })
    const part = await mount({ source: 'ws://a/', options: watched, reads: [read] })
    await act()
    const before = part.renders
    const { client } = part.now
    const start = client.get()

    const deeds: Partial<Record<Field, () => Promise<void>>> = {
      lastMessage: () => act(() => server.last.send('hello')),
      queued: () =>
        act(() => {
          server.last.bufferedAmount = 1000
          client.send('slow')
        }),
      latency: async () => {
        await pass(1000)
        await act(() => server.last.send('pong'))
      },
      error: async () => {
        const off = client.on('message', () => {
          throw new Error('a bug of theirs')
        })
        await act(() => server.last.send('hello'))
        off()
      },
    }
    for (const field of others) {
      if (field === 'error' && read === 'lastMessage') continue
      await deeds[field]?.()
      await frame()
    }
    const changed = others.filter((field) => client.get()[field] !== start[field])
    expect(changed).toEqual(
      expect.arrayContaining(others.filter((field) => deeds[field] && !(field === 'error' && read === 'lastMessage'))),
    )
    expect(part.renders - before).toBe(0)
    await act(() => (server.last.bufferedAmount = 0))
  })

  test('connecting and opening render once each at most', async () => {
    const { mount, act, options } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    expect(part.now.status).toBe('open')
    expect(part.renders).toBeLessThanOrEqual(2)
  })

  test('(A7) the socket of the client is the present one, and gone after a disconnect', async () => {
    const { mount, act, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', options: options() })
    await act()
    expect(part.now.client.socket).toBe(server.last.socket)
    await act(() => part.now.close())
    expect(part.now.client.socket).toBeUndefined()
  })
}
