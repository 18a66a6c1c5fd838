/** A list of listeners that may be removed, added and throw while they are called. */

import { describe, expect, test, vi } from 'vitest'
import { Listeners, reasonOf, untilAborted } from '../../src/base/listeners.ts'

const create = (): { reports: unknown[]; calls: string[]; listeners: Listeners<string> } => {
  const reports: unknown[] = []
  return { reports, calls: [], listeners: new Listeners<string>({ report: (error) => void reports.push(error) }) }
}

test('listeners are called in the order in which they were added, with the arguments', () => {
  const { calls, listeners } = create()
  listeners.add((value) => void calls.push(`a ${value}`))
  listeners.add((value) => void calls.push(`b ${value}`))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual(['a 1', 'b 1', 'a 2', 'b 2'])
})

test('a throwing listener is reported and the others are still called', () => {
  const { calls, listeners, reports } = create()
  const thrown = new Error('mine')
  listeners.add(() => {
    throw thrown
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  expect(calls).toEqual(['1'])
  expect(reports).toEqual([thrown])
})

test('a removed listener is not called any more, even during the current call', () => {
  const { calls, listeners } = create()
  const removals: (() => void)[] = []
  listeners.add(() => removals[0]!())
  removals.push(listeners.add((value) => void calls.push(value)))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual([])
})

test('clear() removes all listeners, even during the current call', () => {
  const { calls, listeners } = create()
  listeners.add(() => listeners.clear())
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  listeners.call('2')
  expect([calls, listeners.size]).toEqual([[], 0])
})

test('a signal without a reason, as on older platforms, aborts with an error', () => {
  expect(reasonOf({} as AbortSignal)).toEqual(new Error('aborted'))
})

test('a listener that removes itself does not affect the others', () => {
  const { calls, listeners } = create()
  const unsubscribe = listeners.add(() => {
    calls.push('once')
    unsubscribe()
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual(['once', '1', '2'])
})

test('a listener that is added during a call is called from the next call on', () => {
  const { calls, listeners } = create()
  listeners.add(() => {
    if (listeners.size === 1) listeners.add((value) => void calls.push(value))
  })
  listeners.call('1')
  expect(calls).toEqual([])
  listeners.call('2')
  expect(calls).toEqual(['2'])
})

test('a function added twice is called twice, and each removal removes one', () => {
  const { calls, listeners } = create()
  const listener = (value: string): void => void calls.push(value)
  const unsubscribe = listeners.add(listener)
  listeners.add(listener)
  listeners.call('1')
  unsubscribe()
  unsubscribe()
  listeners.call('2')
  expect(calls).toEqual(['1', '1', '2'])
  expect(listeners.size).toBe(1)
})

test('a call inside a call reaches all listeners', () => {
  const { calls, listeners } = create()
  listeners.add((value) => {
    if (value === '1') listeners.call('2')
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  expect(calls).toEqual(['2', '1'])
})

test('call() returns whether one of the listeners returned true', () => {
  const { listeners } = create()
  expect(listeners.call('1')).toBe(false)
  listeners.add(() => undefined)
  expect(listeners.call('1')).toBe(false)
  const unsubscribe = listeners.add(() => true)
  listeners.add(() => 0)
  expect(listeners.call('1')).toBe(true)
  unsubscribe()
  expect(listeners.call('1')).toBe(false)
})

describe('untilAborted()', () => {
  test('the returned function removes once, and a later abort is ignored', () => {
    const [abort, remove, aborted] = [new AbortController(), vi.fn(), vi.fn()]
    untilAborted(abort.signal, remove, aborted)()
    abort.abort()
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 0])
  })

  test('an abort removes once and is reported', () => {
    const [abort, remove, aborted] = [new AbortController(), vi.fn(), vi.fn()]
    untilAborted(abort.signal, remove, aborted)
    abort.abort()
    abort.abort()
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 1])
  })

  test('an aborted signal removes at once', () => {
    const [remove, aborted] = [vi.fn(), vi.fn()]
    untilAborted(AbortSignal.abort(), remove, aborted)
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 1])
  })

  test('the returned function removes without a signal too', () => {
    const remove = vi.fn()
    untilAborted(undefined, remove)()
    expect(remove).toHaveBeenCalledOnce()
  })
})
