/** Adapter contract: every message arrives, and a component renders only for the fields that it reads. */

import { expect, test, vi } from 'vitest'
import type { Field, Harness } from './harness.ts'
import { mountStage } from './mountStage.ts'

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`)

export const testRendering = (harness: Harness): void => {
  test('a component that reads status and send renders zero times for 10 000 messages', async () => {
    const { mount, act, drawFrame, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options(), reads: ['status'] })
    await act()
    const before = component.renders
    for (let burst = 0; burst < 100; burst++) {
      await act(() => numbers(100).forEach((message) => server.last.send(message)))
      await drawFrame()
    }
    expect(component.result.client.get().received).toBe(10_000)
    expect(component.renders - before).toBe(0)
  })

  test('a component that reads lastMessage renders at most once per frame and ends with the newest', async () => {
    const { mount, act, drawFrame, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options(), reads: ['lastMessage'] })
    await act()
    const before = component.renders
    for (let burst = 0; burst < 10; burst++) {
      await act(() => numbers(1000).forEach((message) => server.last.send(`${burst} ${message}`)))
      await drawFrame()
    }
    expect(component.result.lastMessage).toBe('9 999')
    // The first message after a pause is shown at once, without waiting for a frame.
    expect(component.renders - before).toBeLessThanOrEqual(11)
  })

  test('(A3) (U11) all 20 messages of a burst are in messages, after one or two renders', async () => {
    const { mount, act, drawFrame, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ history: 100 }), reads: ['messages'] })
    await act()
    const before = component.renders
    await act(() => numbers(20).forEach((message) => server.last.send(message)))
    await drawFrame()
    expect(component.result.messages).toEqual(numbers(20))
    expect(component.renders - before).toBeLessThanOrEqual(2)
  })

  test('a component that reads lastMessage never copies the history', async () => {
    const { mount, act, sendFromServer, drawFrame, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options({ history: 500 }), reads: ['lastMessage'] })
    await act()
    await act(() => numbers(500).forEach((message) => server.last.send(message)))
    await drawFrame()
    const { slice } = Array.prototype
    let copies = 0
    const spy = vi.spyOn(Array.prototype, 'slice').mockImplementation(function (this: unknown[], ...range) {
      if (this.length > 400 && range.length === 2) copies++
      return slice.apply(this, range)
    })
    for (const message of ['a', 'b', 'c']) {
      await sendFromServer(message)
      await drawFrame()
    }
    spy.mockRestore()
    expect([component.result.lastMessage, copies]).toEqual(['c', 0])
    expect(component.result.client.get().messages).toHaveLength(500)
  })

  test('(V5) useMessage handles every message of a burst, equal ones too, without a render', async () => {
    const { mount, act, drawFrame, options, server } = mountStage(harness)
    const handled: unknown[] = []
    const component = await mount({
      source: 'ws://a/',
      handler: (message) => handled.push(message),
      options: options(),
    })
    await act()
    const before = component.renders
    const burst = [...numbers(20), 'same', 'same', 'same']
    await act(() => burst.forEach((message) => server.last.send(message)))
    await drawFrame()
    expect(handled).toEqual(burst)
    expect(component.renders - before).toBe(0)
  })

  test.each<[Field, Field[]]>([
    ['status', ['lastMessage', 'received', 'messages', 'queued', 'latency', 'error']],
    ['queued', ['lastMessage', 'received', 'messages', 'latency', 'error']],
    ['latency', ['lastMessage', 'received', 'messages', 'queued', 'error']],
    ['lastMessage', ['queued', 'latency', 'error']],
  ])('a component that reads %s does not render when %j change', async (read, others) => {
    const { mount, act, advance, drawFrame, options, server } = mountStage(harness)
    const given = options({
      history: 5,
      highWaterMark: 100,
      heartbeat: { interval: 1000, timeout: 500 },
      onError: () => {},
    })
    const component = await mount({ source: 'ws://a/', options: given, reads: [read] })
    await act()
    const before = component.renders
    const { client } = component.result
    const start = client.get()

    const actions: Partial<Record<Field, () => Promise<void>>> = {
      lastMessage: () => act(() => server.last.send('hello')),
      queued: () =>
        act(() => {
          server.last.bufferedAmount = 1000
          client.send('slow')
        }),
      latency: async () => {
        await advance(1000)
        await act(() => server.last.send('pong'))
      },
      error: async () => {
        const off = client.on('message', () => {
          throw new Error('callback failed')
        })
        await act(() => server.last.send('hello'))
        off()
      },
    }
    for (const field of others) {
      if (field === 'error' && read === 'lastMessage') continue
      await actions[field]?.()
      await drawFrame()
    }
    const changed = others.filter((field) => client.get()[field] !== start[field])
    expect(changed).toEqual(
      expect.arrayContaining(
        others.filter((field) => actions[field] && !(field === 'error' && read === 'lastMessage')),
      ),
    )
    expect(component.renders - before).toBe(0)
    await act(() => (server.last.bufferedAmount = 0))
  })

  test('a component renders at most twice until it is open', async () => {
    const { mount, act, options } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    expect(component.result.status).toBe('open')
    expect(component.renders).toBeLessThanOrEqual(2)
  })

  test('(A7) client.socket is the current socket, and undefined after close()', async () => {
    const { mount, act, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', options: options() })
    await act()
    expect(component.result.client.socket).toBe(server.last.socket)
    await act(() => component.result.close())
    expect(component.result.client.socket).toBeUndefined()
  })
}
