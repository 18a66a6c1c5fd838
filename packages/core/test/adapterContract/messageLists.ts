/** Adapter contract: `useMessages` shows the newest messages, renders at most once per frame, and renders each row once. */

import { expect, test, vi } from 'vitest'
import { OptionError, json } from '../../src/index.ts'
import type { Harness, MountedComponent, Options } from './harness.ts'
import { consoleErrors, ignoreWindowErrors, mountStage } from './mountStage.ts'

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)
const listMessages = ({ list }: MountedComponent): unknown[] => list.messages.map(({ message }) => message)

export const testMessageLists = (harness: Harness): void => {
  test('useMessages shows every message of a burst in one or two renders, and renders each row once', async () => {
    const { mount, act, drawFrame, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options({ limit: 5000 }) })
    await act()
    const before = component.renders
    await act(() => numbers(0, 300).forEach((message) => server.last.send(message)))
    await drawFrame()
    expect(listMessages(component)).toEqual(numbers(0, 300))
    expect(component.renders - before).toBeLessThanOrEqual(2)
    expect(component.list.rows).toBe(300)
    await act(() => numbers(300, 310).forEach((message) => server.last.send(message)))
    await drawFrame()
    expect(listMessages(component)).toEqual(numbers(0, 310))
    expect(component.list.rows).toBe(310)
  })

  test('useMessages keeps the newest messages up to its limit, with unchanged keys', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options({ limit: 3 }) })
    await act()
    await sendFromServer('a', 'b', 'c')
    await drawFrame()
    const [, second, third] = component.list.messages
    await sendFromServer('d')
    await drawFrame()
    expect(component.list.messages).toEqual([
      { key: 1, message: 'b' },
      { key: 2, message: 'c' },
      { key: 3, message: 'd' },
    ])
    expect([component.list.messages[0] === second, component.list.messages[1] === third]).toEqual([true, true])
    expect(component.list.rows).toBe(4)
  })

  test('useMessages renders only for messages', async () => {
    const { mount, act, advance, options, server } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    await act(() => server.last.drop())
    await advance(5000)
    expect(server.connections).toHaveLength(2)
    expect(component.renders).toBe(1)
  })

  test('the newest select filters and maps messages', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const select = (prefix: string) => (message: unknown) =>
      message === 'no' ? undefined : `${prefix} ${String(message)}`
    const component = await mount({ source: 'ws://a/', list: true, options: options({ select: select('one') }) })
    await act()
    await sendFromServer('1', 'no', '2')
    await component.change({ options: options({ select: select('two') }) })
    await sendFromServer('no', '3')
    await drawFrame()
    expect(listMessages(component)).toEqual(['one 1', 'one 2', 'two 3'])
    expect(component.list.messages.map(({ key }) => key)).toEqual([0, 1, 2])
  })

  test('an error thrown by select is reported, and its message is left out', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const onError = vi.fn()
    const select = (message: unknown): unknown => {
      if (message === '2') throw new Error('callback failed')
      return message
    }
    const component = await mount({ source: 'ws://a/', list: true, options: options({ select, onError }) })
    await act()
    await sendFromServer('1', '2', '3')
    await drawFrame()
    expect(listMessages(component)).toEqual(['1', '3'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('callback failed'))
  })

  test('clear empties the list at once and keeps its identity', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    const { clear } = component.list
    await sendFromServer('a', 'b')
    await act(() => clear())
    expect(component.list.messages).toEqual([])
    await sendFromServer('c')
    await drawFrame()
    expect(component.list.messages).toEqual([{ key: 2, message: 'c' }])
    expect(component.list.clear).toBe(clear)
  })

  test('a new URL or key empties the list', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    await sendFromServer('from a')
    await component.change({ source: 'ws://b/' })
    expect(component.list.messages).toEqual([])
    await act()
    await sendFromServer('from b')
    await drawFrame()
    expect(listMessages(component)).toEqual(['from b'])
    await act(() => component.list.clear())
    expect(component.list.messages).toEqual([])
    await component.change({ options: options({ key: 'other' }) })
    expect(component.list.messages).toEqual([])
  })

  test('a changed limit applies from the next destination on', async () => {
    const { mount, act, sendFromServer, drawFrame, options } = mountStage(harness)
    const component = await mount({ source: 'ws://a/', list: true, options: options({ limit: 2 }) })
    await act()
    await component.change({ options: options({ limit: 3 }) })
    await sendFromServer(...numbers(0, 5))
    await drawFrame()
    expect(listMessages(component)).toEqual(['3', '4'])
    await component.change({ source: 'ws://b/' })
    await act()
    await sendFromServer(...numbers(0, 5))
    await drawFrame()
    expect(listMessages(component)).toEqual(['2', '3', '4'])
  })

  test('each useMessages of a shared client has its own list, and unmounting releases the client', async () => {
    const { mount, act, sendFromServer, drawFrame, advance, createSharedClient, server } = mountStage(harness)
    const shared = createSharedClient({ codec: json() })
    const onMessage = vi.fn()
    const first = await mount({ source: shared, list: true, options: { onMessage } })
    await act()
    await sendFromServer('"a"')
    const second = await mount({ source: shared, list: true, options: { limit: 1 } })
    await sendFromServer('"b"')
    await drawFrame()
    await sendFromServer('"c"')
    await drawFrame()
    expect([listMessages(first), listMessages(second)]).toEqual([['a', 'b', 'c'], ['c']])
    expect(onMessage.mock.calls).toEqual([['a'], ['b'], ['c']])
    await first.unmount()
    await second.unmount()
    const renders = first.renders + second.renders
    await sendFromServer('"late"')
    await advance(1000)
    expect([shared.get().status, server.alive, first.renders + second.renders - renders]).toEqual(['closed', 0, 0])
  })

  test('adding or removing a callback keeps the list of a shared client', async () => {
    const { mount, act, sendFromServer, drawFrame, createSharedClient } = mountStage(harness)
    const component = await mount({ source: createSharedClient(), list: true })
    await act()
    await sendFromServer('a', 'b')
    await component.change({ options: { onMessage: () => {} } })
    await drawFrame()
    expect(listMessages(component)).toEqual(['a', 'b'])
    await sendFromServer('c')
    await component.change({ options: { onMessage: undefined } as unknown as Options })
    await sendFromServer('d')
    await drawFrame()
    expect(component.list.messages).toEqual(['a', 'b', 'c', 'd'].map((message, key) => ({ key, message })))
  })

  test('an invalid limit throws when the component renders', async () => {
    const { options, mount } = mountStage(harness)
    ignoreWindowErrors()
    await expect(mount({ source: 'ws://a/', list: true, options: options({ limit: 0 }) })).rejects.toThrow(OptionError)
    consoleErrors.length = 0 // printed by the framework
  })
}
