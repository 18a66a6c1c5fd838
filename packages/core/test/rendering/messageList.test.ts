/** `createMessageList`: a bounded list of the newest messages for rendering. */

import { describe, expect, test, vi } from 'vitest'
import { type MessageListOptions, OptionError, type WebSocketClient, createMessageList } from '../../src/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** An open client with a message list that has a subscriber. */
const createList = (options?: MessageListOptions<unknown, unknown>, pace: 'sync' | 'frame' = 'sync') => {
  const { open, server, clock } = createTestClient()
  const client = open<unknown, unknown>({ pace }) as WebSocketClient<unknown, unknown>
  const list = createMessageList(client, options)
  const told = vi.fn()
  const off = list.subscribe(told)
  const say = (...messages: string[]): void => messages.forEach((message) => server.last.send(message))
  const shown = (): unknown[] => list.get().map(({ message }) => message)
  const keys = (): number[] => list.get().map(({ key }) => key)
  return { client, clock, list, told, off, say, shown, keys }
}
const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`)

describe('a message list', () => {
  test('keeps the newest messages, oldest first, each with its key', () => {
    const { say, shown, keys } = createList({ limit: 3 })
    say('a', 'b')
    expect([shown(), keys()]).toEqual([
      ['a', 'b'],
      [0, 1],
    ])
    say('c', 'd', 'e')
    expect([shown(), keys()]).toEqual([
      ['c', 'd', 'e'],
      [2, 3, 4],
    ])
  })

  test('keeps 1000 messages by default', () => {
    const { say, list } = createList()
    say(...numbers(0, 1500))
    expect(list.get().length).toBe(1000)
    expect(list.get()[0]).toEqual({ key: 500, message: '500' })
  })

  test('reuses the entries in the next list, and returns the same list until it changes', () => {
    const { say, list } = createList({ limit: 3 })
    say('a', 'b')
    const before = list.get()
    expect(list.get()).toBe(before)
    say('c', 'd')
    const after = list.get()
    expect(after).not.toBe(before)
    expect(after[0]).toBe(before[1])
    expect(before.map(({ message }) => message)).toEqual(['a', 'b'])
  })

  test('notifies at the pace of the client, and keeps all messages in between', () => {
    const { say, clock, told, list, shown } = createList({ limit: 5000 }, 'frame')
    say('first')
    expect(told).toHaveBeenCalledTimes(1)
    const before = list.get()
    say(...numbers(0, 1000))
    expect(list.get()).toBe(before)
    expect(told).toHaveBeenCalledTimes(1)
    clock.advance(16)
    expect(told).toHaveBeenCalledTimes(2)
    expect(shown()).toEqual(['first', ...numbers(0, 1000)])
  })

  test('buffers at most twice its limit, and copies its buffer only once per limit messages', () => {
    const { client, say, clock, shown } = createList({ limit: 10 }, 'frame')
    const slice = vi.spyOn(Array.prototype, 'slice')
    say('first', ...numbers(0, 100_000))
    const { length } = slice.mock.calls
    slice.mockRestore()
    expect(length).toBeGreaterThan(100_000 / 10 - 5)
    expect(length).toBeLessThan(100_000 / 10 + 5)
    clock.advance(16)
    expect(shown()).toEqual(numbers(99_990, 100_000))
    expect(client.get().received).toBe(100_001)
  })

  test('does not notify on events that are no messages', () => {
    const { client, told, list } = createList()
    const before = list.get()
    client.close()
    expect(told).not.toHaveBeenCalled()
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
    const { say, list } = createList({ select: (message) => (Number(message) % 2 ? Number(message) * 10 : undefined) })
    say('1', '2', '3', '4', '5')
    expect(list.get()).toEqual([
      { key: 0, message: 10 },
      { key: 1, message: 30 },
      { key: 2, message: 50 },
    ])
  })

  test('may return null, 0, an empty string and false', () => {
    const results: unknown[] = [null, 0, '', false]
    const { say, shown } = createList({ select: () => results.shift() })
    say('1', '2', '3', '4', '5')
    expect(shown()).toEqual([null, 0, '', false])
  })

  test('may be replaced: the current function is called', () => {
    const options: MessageListOptions<unknown, unknown> = { select: () => 'one' }
    const { say, shown } = createList(options)
    say('1')
    options.select = () => 'two'
    say('2')
    delete options.select
    say('3')
    expect(shown()).toEqual(['one', 'two', '3'])
  })

  test('is reported when it throws, and its message is left out', () => {
    const { client, say, shown } = createList({
      select: (message) => {
        if (message === '2') throw new Error('a bug in the application')
        return message
      },
    })
    const onError = vi.fn()
    client.on('error', onError)
    say('1', '2', '3')
    expect(shown()).toEqual(['1', '3'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug in the application'))
  })
})

describe('clear()', () => {
  test('empties the list and the buffer, notifies at once, and keys continue', () => {
    const { say, clock, list, told, keys } = createList({}, 'frame')
    say('a', 'b')
    list.clear()
    expect([list.get(), told.mock.calls.length]).toEqual([[], 2])
    clock.advance(16)
    expect(told).toHaveBeenCalledTimes(2)
    say('c')
    clock.advance(16)
    expect(keys()).toEqual([2])
  })

  test('does not notify if the list is empty', () => {
    const { list, told } = createList()
    const before = list.get()
    list.clear()
    expect(list.get()).toBe(before)
    expect(told).not.toHaveBeenCalled()
  })

  test('inside a subscriber notifies again', () => {
    const { list, say, told } = createList()
    const off = list.subscribe(() => list.get().length && list.clear())
    say('a')
    expect(list.get()).toEqual([])
    expect(told).toHaveBeenCalledTimes(2)
    off()
  })
})

describe('subscribers of a message list', () => {
  test('are needed to collect messages: without one the list stays as it is and continues with the next subscriber', () => {
    const { off, say, list, clock, shown, keys } = createList({}, 'frame')
    say('a', 'b')
    off()
    expect(shown()).toEqual(['a', 'b'])
    const before = list.get()
    say('missed')
    clock.advance(16)
    expect(list.get()).toBe(before)
    const again = list.subscribe(() => {})
    expect(list.get()).toBe(before)
    say('c')
    clock.advance(16)
    expect([shown(), keys()]).toEqual([
      ['a', 'b', 'c'],
      [0, 1, 2],
    ])
    again()
  })

  test('are all notified, and one may unsubscribe twice', () => {
    const { off, say, list, told } = createList()
    const second = vi.fn()
    list.subscribe(second)
    say('a')
    off()
    off()
    say('b')
    expect([told.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  })

  test('are notified even if one of them throws, which is written to the console', () => {
    const { say, list, told } = createList()
    list.subscribe(() => {
      throw new Error('a bug in the application')
    })
    list.subscribe(told)
    say('a')
    expect(told).toHaveBeenCalledTimes(2)
    expect(consoleErrors.splice(0)).toEqual([new Error('a bug in the application')])
  })

  test('are notified of buffered messages when the client is disposed', () => {
    const { client, say, told, shown } = createList({}, 'frame')
    say('a', 'b')
    client.dispose()
    expect(shown()).toEqual(['a', 'b'])
    expect(told).toHaveBeenCalledTimes(2)
  })
})
