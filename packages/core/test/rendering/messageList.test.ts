import { describe, expect, test, vi } from 'vitest'
import { type MessageListOptions, OptionError, type WebSocketClient, createMessageList } from '../../src/index.ts'
import { consoleErrors, createTestClient } from '../support/createTestClient.ts'

/** A client that is open, and a list of it that somebody follows. */
const follow = (options?: MessageListOptions<unknown, unknown>, pace: 'sync' | 'frame' = 'sync') => {
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

describe('a window', () => {
  test('keeps the newest messages, oldest first, each with its key', () => {
    const { say, shown, keys } = follow({ limit: 3 })
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

  test('keeps 1000 unless told otherwise', () => {
    const { say, list } = follow()
    say(...numbers(0, 1500))
    expect(list.get().length).toBe(1000)
    expect(list.get()[0]).toEqual({ key: 500, message: '500' })
  })

  test('keeps the entries themselves from list to list, and the list until it is another', () => {
    const { say, list } = follow({ limit: 3 })
    say('a', 'b')
    const before = list.get()
    expect(list.get()).toBe(before)
    say('c', 'd')
    const after = list.get()
    expect(after).not.toBe(before)
    expect(after[0]).toBe(before[1])
    expect(before.map(({ message }) => message)).toEqual(['a', 'b'])
  })

  test('tells at the pace of the client, and loses none in between', () => {
    const { say, clock, told, list, shown } = follow({ limit: 5000 }, 'frame')
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

  test('lets no more wait than twice its limit, and copies for one message in as many as that', () => {
    const { client, say, clock, shown } = follow({ limit: 10 }, 'frame')
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

  test('tells nobody of what is no message', () => {
    const { client, told, list } = follow()
    const before = list.get()
    client.close()
    expect(told).not.toHaveBeenCalled()
    expect(list.get()).toBe(before)
  })

  test.each([0, -1, 1.5, Number.NaN, Infinity, '5' as unknown as number])('refuses %s as limit', (limit) => {
    const { connect } = createTestClient()
    expect(() => createMessageList(connect(), { limit })).toThrow(OptionError)
    expect(() => createMessageList(connect(), { limit })).toThrow('limit: expected an integer from 1')
  })
})

describe('select', () => {
  test('leaves out what it makes undefined, and keys count what is left', () => {
    const { say, list } = follow({ select: (message) => (Number(message) % 2 ? Number(message) * 10 : undefined) })
    say('1', '2', '3', '4', '5')
    expect(list.get()).toEqual([
      { key: 0, message: 10 },
      { key: 1, message: 30 },
      { key: 2, message: 50 },
    ])
  })

  test('may make null, 0 and the empty string', () => {
    const made: unknown[] = [null, 0, '', false]
    const { say, shown } = follow({ select: () => made.shift() })
    say('1', '2', '3', '4', '5')
    expect(shown()).toEqual([null, 0, '', false])
  })

  test('is the latest', () => {
    const options: MessageListOptions<unknown, unknown> = { select: () => 'one' }
    const { say, shown } = follow(options)
    say('1')
    options.select = () => 'two'
    say('2')
    delete options.select
    say('3')
    expect(shown()).toEqual(['one', 'two', '3'])
  })

  test('that throws is reported, and its message left out', () => {
    const { client, say, shown } = follow({
      select: (message) => {
        if (message === '2') throw new Error('a bug of theirs')
        return message
      },
    })
    const onError = vi.fn()
    client.on('error', onError)
    say('1', '2', '3')
    expect(shown()).toEqual(['1', '3'])
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('a bug of theirs'))
  })
})

describe('clear', () => {
  test('empties the list and what waits, tells so at once, and keys go on', () => {
    const { say, clock, list, told, keys } = follow({}, 'frame')
    say('a', 'b')
    list.clear()
    expect([list.get(), told.mock.calls.length]).toEqual([[], 2])
    clock.advance(16)
    expect(told).toHaveBeenCalledTimes(2)
    say('c')
    clock.advance(16)
    expect(keys()).toEqual([2])
  })

  test('of an empty list is none', () => {
    const { list, told } = follow()
    const before = list.get()
    list.clear()
    expect(list.get()).toBe(before)
    expect(told).not.toHaveBeenCalled()
  })

  test('within a notice is heard', () => {
    const { list, say, told } = follow()
    const off = list.subscribe(() => list.get().length && list.clear())
    say('a')
    expect(list.get()).toEqual([])
    expect(told).toHaveBeenCalledTimes(2)
    off()
  })
})

describe('subscribers', () => {
  test('are what it gathers for: with the last one it lets go of the client, keeps its list, and goes on with the next', () => {
    const { off, say, list, clock, shown, keys } = follow({}, 'frame')
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

  test('several are told of the same list, and one may leave twice', () => {
    const { off, say, list, told } = follow()
    const second = vi.fn()
    list.subscribe(second)
    say('a')
    off()
    off()
    say('b')
    expect([told.mock.calls.length, second.mock.calls.length]).toEqual([1, 2])
  })

  test('one that throws is said on the console, and the others are told', () => {
    const { say, list, told } = follow()
    list.subscribe(() => {
      throw new Error('a bug of theirs')
    })
    list.subscribe(told)
    say('a')
    expect(told).toHaveBeenCalledTimes(2)
    expect(consoleErrors.splice(0)).toEqual([new Error('a bug of theirs')])
  })

  test('are told of what waited when the client is disposed', () => {
    const { client, say, told, shown } = follow({}, 'frame')
    say('a', 'b')
    client.dispose()
    expect(shown()).toEqual(['a', 'b'])
    expect(told).toHaveBeenCalledTimes(2)
  })
})
