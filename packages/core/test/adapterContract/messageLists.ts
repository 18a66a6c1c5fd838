/** The contract of the adapters: `useMessages` shows the newest messages, renders once a frame at most, and its rows only once. */

import { expect, test, vi } from 'vitest'
import { OptionError, json } from '../../src/index.ts'
import { type Harness, type Mounted, type Options, complaints, setStage } from './mountStage.ts'

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)
const shown = ({ list }: Mounted): unknown[] => list.messages.map(({ message }) => message)

export const testMessages = (harness: Harness): void => {
  test('useMessages shows every message of a burst, for one or two renders, and renders each row once', async () => {
    const { mount, act, frame, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options({ limit: 5000 }) })
    await act()
    const before = part.renders
    await act(() => numbers(0, 300).forEach((message) => server.last.send(message)))
    await frame()
    expect(shown(part)).toEqual(numbers(0, 300))
    expect(part.renders - before).toBeLessThanOrEqual(2)
    expect(part.list.rows).toBe(300)
    await act(() => numbers(300, 310).forEach((message) => server.last.send(message)))
    await frame()
    expect(shown(part)).toEqual(numbers(0, 310))
    expect(part.list.rows).toBe(310)
  })

  test('useMessages keeps the newest of its limit, under the same keys', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options({ limit: 3 }) })
    await act()
    await say('a', 'b', 'c')
    await frame()
    const [, second, third] = part.list.messages
    await say('d')
    await frame()
    expect(part.list.messages).toEqual([
      { key: 1, message: 'b' },
      { key: 2, message: 'c' },
      { key: 3, message: 'd' },
    ])
    expect([part.list.messages[0] === second, part.list.messages[1] === third]).toEqual([true, true])
    expect(part.list.rows).toBe(4)
  })

  test('useMessages renders for nothing but messages', async () => {
    const { mount, act, pass, options, server } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    await act(() => server.last.drop())
    await pass(5000)
    expect(server.connections).toHaveLength(2)
    expect(part.renders).toBe(1)
  })

  test('select filters and maps, and is the latest', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const select = (word: string) => (message: unknown) => (message === 'no' ? undefined : `${word} ${String(message)}`)
    const part = await mount({ source: 'ws://a/', list: true, options: options({ select: select('one') }) })
    await act()
    await say('1', 'no', '2')
    await part.change({ options: options({ select: select('two') }) })
    await say('no', '3')
    await frame()
    expect(shown(part)).toEqual(['one 1', 'one 2', 'two 3'])
    expect(part.list.messages.map(({ key }) => key)).toEqual([0, 1, 2])
  })

  test('select that throws is reported, and its message left out', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const onError = vi.fn()
    const select = (message: unknown): unknown => {
      if (message === '2') throw new Error('a bug of theirs')
      return message
    }
    const part = await mount({ source: 'ws://a/', list: true, options: options({ select, onError }) })
    await act()
    await say('1', '2', '3')
    await frame()
    expect(shown(part)).toEqual(['1', '3'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug of theirs'))
  })

  test('clear empties the list at once, and stays the same function', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    const { clear } = part.list
    await say('a', 'b')
    await act(() => clear())
    expect(part.list.messages).toEqual([])
    await say('c')
    await frame()
    expect(part.list.messages).toEqual([{ key: 2, message: 'c' }])
    expect(part.list.clear).toBe(clear)
  })

  test('another destination empties the list', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options() })
    await act()
    await say('from a')
    await part.change({ source: 'ws://b/' })
    expect(part.list.messages).toEqual([])
    await act()
    await say('from b')
    await frame()
    expect(shown(part)).toEqual(['from b'])
    await part.change({ options: options({ key: 'other' }) })
    expect(part.list.messages).toEqual([])
  })

  test('the limit of now is that of the next destination', async () => {
    const { mount, act, say, frame, options } = setStage(harness)
    const part = await mount({ source: 'ws://a/', list: true, options: options({ limit: 2 }) })
    await act()
    await part.change({ options: options({ limit: 3 }) })
    await say(...numbers(0, 5))
    await frame()
    expect(shown(part)).toEqual(['3', '4'])
    await part.change({ source: 'ws://b/' })
    await act()
    await say(...numbers(0, 5))
    await frame()
    expect(shown(part)).toEqual(['2', '3', '4'])
  })

  test('useMessages of a shared client is one of its users, has a list of its own, and lets go', async () => {
    const { mount, act, say, frame, pass, share, server } = setStage(harness)
    const shared = share({ codec: json() })
    const onMessage = vi.fn()
    const first = await mount({ source: shared, list: true, options: { onMessage } })
    await act()
    await say('"a"')
    const second = await mount({ source: shared, list: true, options: { limit: 1 } })
    await say('"b"')
    await frame()
    await say('"c"')
    await frame()
    expect([shown(first), shown(second)]).toEqual([['a', 'b', 'c'], ['c']])
    expect(onMessage.mock.calls).toEqual([['a'], ['b'], ['c']])
    await first.unmount()
    await second.unmount()
    const renders = first.renders + second.renders
    await say('"late"')
    await pass(1000)
    expect([shared.get().status, server.alive, first.renders + second.renders - renders]).toEqual(['closed', 0, 0])
  })

  test('a callback that comes or goes does not disturb the list of a shared client', async () => {
    const { mount, act, say, frame, share } = setStage(harness)
    const part = await mount({ source: share(), list: true })
    await act()
    await say('a', 'b')
    await part.change({ options: { onMessage: () => {} } })
    await frame()
    expect(shown(part)).toEqual(['a', 'b'])
    await say('c')
    await part.change({ options: { onMessage: undefined } as unknown as Options })
    await say('d')
    await frame()
    expect(part.list.messages).toEqual(['a', 'b', 'c', 'd'].map((message, key) => ({ key, message })))
  })

  test('a wrong limit throws when rendered', async () => {
    const { options, mount } = setStage(harness)
    const hush = (event: Event): void => event.preventDefault()
    window.addEventListener('error', hush)
    await expect(mount({ source: 'ws://a/', list: true, options: options({ limit: 0 }) })).rejects.toThrow(OptionError)
    window.removeEventListener('error', hush)
    // The framework's own.
    complaints.length = 0
  })
}
