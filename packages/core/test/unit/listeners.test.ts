/** Callbacks that may leave, join and throw while they are being called. */

import { describe, expect, test, vi } from 'vitest'
import { Listeners, untilAborted } from '../../src/base/listeners.ts'

const made = (): { reports: unknown[]; calls: string[]; listeners: Listeners<string> } => {
  const reports: unknown[] = []
  return { reports, calls: [], listeners: new Listeners<string>({ report: (error) => void reports.push(error) }) }
}

test('are called in the order in which they came, with the arguments', () => {
  const { calls, listeners } = made()
  listeners.add((value) => void calls.push(`a ${value}`))
  listeners.add((value) => void calls.push(`b ${value}`))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual(['a 1', 'b 1', 'a 2', 'b 2'])
})

test('one that throws is reported and the others still run', () => {
  const { calls, listeners, reports } = made()
  const thrown = new Error('mine')
  listeners.add(() => {
    throw thrown
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  expect(calls).toEqual(['1'])
  expect(reports).toEqual([thrown])
})

test('one that leaves is not called any more, even in the same round', () => {
  const { calls, listeners } = made()
  const leaves: (() => void)[] = []
  listeners.add(() => leaves[0]!())
  leaves.push(listeners.add((value) => void calls.push(value)))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual([])
})

test('one that removes itself leaves its neighbours undisturbed', () => {
  const { calls, listeners } = made()
  const off = listeners.add(() => {
    calls.push('once')
    off()
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  listeners.call('2')
  expect(calls).toEqual(['once', '1', '2'])
})

test('one that joins meanwhile is called from the next round on', () => {
  const { calls, listeners } = made()
  listeners.add(() => {
    if (listeners.size === 1) listeners.add((value) => void calls.push(value))
  })
  listeners.call('1')
  expect(calls).toEqual([])
  listeners.call('2')
  expect(calls).toEqual(['2'])
})

test('the same function added twice is called twice, and each removal takes one', () => {
  const { calls, listeners } = made()
  const listener = (value: string): void => void calls.push(value)
  const off = listeners.add(listener)
  listeners.add(listener)
  listeners.call('1')
  off()
  off()
  listeners.call('2')
  expect(calls).toEqual(['1', '1', '2'])
  expect(listeners.size).toBe(1)
})

test('a round within a round reaches everybody', () => {
  const { calls, listeners } = made()
  listeners.add((value) => {
    if (value === '1') listeners.call('2')
  })
  listeners.add((value) => void calls.push(value))
  listeners.call('1')
  expect(calls).toEqual(['2', '1'])
})

test('it says whether one of them answered', () => {
  const { listeners } = made()
  expect(listeners.call('1')).toBe(false)
  listeners.add(() => undefined)
  expect(listeners.call('1')).toBe(false)
  const off = listeners.add(() => true)
  listeners.add(() => 0)
  expect(listeners.call('1')).toBe(true)
  off()
  expect(listeners.call('1')).toBe(false)
})

describe('untilAborted()', () => {
  test('the returned function removes, and the signal has no say any more', () => {
    const [abort, remove, aborted] = [new AbortController(), vi.fn(), vi.fn()]
    untilAborted(abort.signal, remove, aborted)()
    abort.abort()
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 0])
  })

  test('the abort removes, and says so', () => {
    const [abort, remove, aborted] = [new AbortController(), vi.fn(), vi.fn()]
    untilAborted(abort.signal, remove, aborted)
    abort.abort()
    abort.abort()
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 1])
  })

  test('a signal that is aborted already removes at once', () => {
    const [remove, aborted] = [vi.fn(), vi.fn()]
    untilAborted(AbortSignal.abort(), remove, aborted)
    expect([remove.mock.calls.length, aborted.mock.calls.length]).toEqual([1, 1])
  })

  test('works without a signal', () => {
    const remove = vi.fn()
    untilAborted(undefined, remove)()
    expect(remove).toHaveBeenCalledOnce()
  })
})
