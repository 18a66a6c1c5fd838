/** `createMessageList`: a bounded list of the newest messages for rendering. */

import { describe, expect, test, vi } from 'vitest'
import { type MessageListOptions, OptionError, type WebSocketClient, createMessageList } from '../../src/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** An open client with a message list that has a subscriber. */
const createList = (options?: MessageListOptions<unknown, unknown>, pace: 'sync' | 'frame' = 'sync') => {
  const { open, server, clock } = createTestClient()
  const client = open<unknown, unknown>({ pace }) as WebSocketClient<unknown, unknown>
  const list = createMessageList(client, options)
  const listener = vi.fn()
  const unsubscribe = list.subscribe(listener)
  const receive = (...messages: string[]): void => messages.forEach((message) => server.last.send(message))
  const shown = (): unknown[] => list.get().map(({ message }) => message)
  const keys = (): number[] => list.get().map(({ key }) => key)
  return { client, clock, list, listener, unsubscribe, receive, shown, keys }
}
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)

describe('a message list', () => {
  test('keeps the newest messages, oldest first, each with its key', () => {
    const { receive, shown, keys } = createList({ limit: 3 })
    receive('a', 'b')
    expect([shown(), keys()]).toEqual([
      ['a', 'b'],
      [0, 1],
    ])
    receive('c', 'd', 'e')
    expect([shown(), keys()]).toEqual([
      ['c', 'd', 'e'],
      [2, 3, 4],
    ])
  })

  test('keeps 1000 messages by default', () => {
    const { receive, list } = createList()
    receive(...numbers(0, 1500))
    expect(list.get().length).toBe(1000)
    expect(list.get()[0]).toEqual({ key: 500, message: '500' })
  })

  test('reuses the entries in the next list, and returns the same list until it changes', () => {
    const { receive, list } = createList({ limit: 3 })
    receive('a', 'b')
    const before = list.get()
    expect(list.get()).toBe(before)
    receive('c', 'd')
    const after = list.get()
    expect(after).not.toBe(before)
    expect(after[0]).toBe(before[1])
    expect(before.map(({ message }) => message)).toEqual(['a', 'b'])
  })

  test('notifies at the pace of the client, and keeps all messages in between', () => {
    const { receive, clock, listener, list, shown } = createList({ limit: 5000 }, 'frame')
    receive('first')
    expect(listener).toHaveBeenCalledTimes(1)
    const before = list.get()
    receive(...numbers(0, 1000))
    expect(list.get()).toBe(before)
    expect(listener).toHaveBeenCalledTimes(1)
    clock.advance(16)
    expect(listener).toHaveBeenCalledTimes(2)
    expect(shown()).toEqual(['first', ...numbers(0, 1000)])
  })

  test('buffers at most twice its limit, and copies its buffer only once per limit messages', () => {
    const { client, receive, clock, shown } = createList({ limit: 10 }, 'frame')
    const slice = vi.spyOn(Array.prototype, 'slice')
    receive('first', ...numbers(0, 100_000))
    const { length } = slice.mock.calls
    slice.mockRestore()
    expect(length).toBeGreaterThan(100_000 / 10 - 5)
    expect(length).toBeLessThan(100_000 / 10 + 5)
    clock.advance(16)
    expect(shown()).toEqual(numbers(99_990, 100_000))
    expect(client.get().received).toBe(100_001)
  })

  test('does not notify on events that are no messages', () => {
    const { client, listener, list } = createList()
    const before = list.get()
    client.close()
    expect(listener).not.toHaveBeenCalled()
    expect(list.get()).toBe(before)
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, '5' as unknown as number])('rejects %s as limit', (limit) => {
    const { connect } = createTestClient()
    expect(() => createMessageList(connect(), { limit })).toThrow(OptionError)
    expect(() => createMessageList(connect(), { limit })).toThrow('limit: expected an integer from 1')
  })
})

describe('the option select', () => {
  test('leaves out messages for which it returns undefined, and keys count only the others', () => {
    const { receive, list } = createList({
      select: (message) => (Number(message) % 2 ? Number(message) * 10 : undefined),
    })
    receive('1', '2', '3', '4', '5')
    expect(list.get()).toEqual([
      { key: 0, message: 10 },
      { key: 1, message: 30 },
      { key: 2, message: 50 },
    ])
  })

  test('may return null, 0, an empty string and false', () => {
    const results: unknown[] = [null, 0, '', false]
    const { receive, shown } = createList({ select: () => results.shift() })
    receive('1', '2', '3', '4', '5')
    expect(shown()).toEqual([null, 0, '', false])
  })

  test('may be replaced: the current function is called', () => {
    const options: MessageListOptions<unknown, unknown> = { select: () => 'one' }
    const { receive, shown } = createList(options)
    receive('1')
    options.select = () => 'two'
    receive('2')
    delete options.select
    receive('3')
    expect(shown()).toEqual(['one', 'two', '3'])
  })

  test('is reported when it throws, and its message is left out', () => {
    const { client, receive, shown } = createList({
      select: (message) => {
        if (message === '2') throw new Error('a bug in the application')
        return message
      },
    })
    const onError = vi.fn()
    client.on('error', onError)
    receive('1', '2', '3')
    expect(shown()).toEqual(['1', '3'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug in the application'))
  })
})

describe('clear()', () => {
  test('empties the list and the buffer, notifies at once, and keys continue', () => {
    const { receive, clock, list, listener, keys } = createList({}, 'frame')
    receive('a', 'b')
    list.clear()
    expect([list.get(), listener.mock.calls.length]).toEqual([[], 2])
    clock.advance(16)
    expect(listener).toHaveBeenCalledTimes(2)
    receive('c')
    clock.advance(16)
    expect(keys()).toEqual([2])
  })

  test('does not notify if the list is empty', () => {
    const { list, listener } = createList()
    const before = list.get()
    list.clear()
    expect(list.get()).toBe(before)
    expect(listener).not.toHaveBeenCalled()
  })

  test('inside a subscriber notifies again', () => {
    const { list, receive, listener } = createList()
    const unsubscribe = list.subscribe(() => list.get().length && list.clear())
    receive('a')
    expect(list.get()).toEqual([])
    expect(listener).toHaveBeenCalledTimes(2)
    unsubscribe()
  })
})

describe('subscribers of a message list', () => {
  test('are needed to collect messages: without one the list stays as it is and continues with the next subscriber', () => {
    const { unsubscribe, receive, list, clock, shown, keys } = createList({}, 'frame')
    receive('a', 'b')
    unsubscribe()
    expect(shown()).toEqual(['a', 'b'])
    const before = list.get()
    receive('missed')
    clock.advance(16)
    expect(list.get()).toBe(before)
    const again = list.subscribe(() => {})
    expect(list.get()).toBe(before)
    receive('c')
    clock.advance(16)
    expect([shown(), keys()]).toEqual([
      ['a', 'b', 'c'],
      [0, 1, 2],
    ])
    again()
  })

  test('are all notified, and one may unsubscribe twice', () => {
    const { unsubscribe, receive, list, listener } = createList()
    const second = vi.fn()
    list.subscribe(second)
    receive('a')
    unsubscribe()
    unsubscribe()
    receive('b')
    expect([listener.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  })

  test('are notified even if one of them throws, which is written to the console', () => {
    const { receive, list, listener } = createList()
    list.subscribe(() => {
      throw new Error('a bug in the application')
    })
    list.subscribe(listener)
    receive('a')
    expect(listener).toHaveBeenCalledTimes(2)
    expect(consoleErrors.splice(0)).toEqual([new Error('a bug in the application')])
  })

  test('are notified of buffered messages when the client is disposed', () => {
    const { client, receive, listener, shown } = createList({}, 'frame')
    receive('a', 'b')
    client.dispose()
    expect(shown()).toEqual(['a', 'b'])
    expect(listener).toHaveBeenCalledTimes(2)
  })
})
