import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { createTimers } from '../src/clock.ts'
import { SharedTimer } from '../src/context/sharedTimer.ts'

const create = (again = false) => {
  const clock = createFakeClock()
  const due: [item: string, time: number][] = []
  const start = clock.now()
  const timer: SharedTimer<string> = new SharedTimer(clock, createTimers(clock), 100, (item) => {
    due.push([item, clock.now() - start])
    if (again) timer.add(item)
  })
  return { clock, timer, due }
}

test('each item is due 100 ms after it was added, with one timer for all', () => {
  const { clock, timer, due } = create()
  timer.add('a')
  timer.add('b')
  clock.advance(30)
  timer.add('c')
  expect(clock.pending).toBe(1)
  clock.advance(99)
  timer.add('d')
  clock.advance(1000)
  expect(due).toEqual([
    ['a', 100],
    ['b', 100],
    ['c', 130],
    ['d', 229],
  ])
  expect(clock.pending).toBe(0)
})

test('an item that is added again when it is due does not delay the others', () => {
  const { clock, timer, due } = create(true)
  timer.add('a')
  clock.advance(30)
  timer.add('b')
  clock.advance(230)
  expect(due).toEqual([
    ['a', 100],
    ['b', 130],
    ['a', 200],
    ['b', 230],
  ])
})

test('a deleted item is never due, and without items there is no timer', () => {
  const { clock, timer, due } = create()
  timer.add('a')
  clock.advance(50)
  timer.add('b')
  timer.delete('a')
  timer.delete('unknown')
  clock.advance(99)
  expect(due).toEqual([])
  clock.advance(1)
  expect(due).toEqual([['b', 150]])
  timer.add('c')
  timer.delete('c')
  expect(clock.pending).toBe(0)
})

test('an item that is deleted while another one is due is not called', () => {
  const clock = createFakeClock()
  const due: string[] = []
  const timer: SharedTimer<string> = new SharedTimer(clock, createTimers(clock), 10, (item) => {
    due.push(item)
    timer.delete('b')
  })
  timer.add('a')
  timer.add('b')
  clock.advance(10)
  expect(due).toEqual(['a'])
  expect(clock.pending).toBe(0)
})

test('an item that is added after all were deleted is due, also while another one is', () => {
  const clock = createFakeClock()
  const due: string[] = []
  const timer: SharedTimer<string> = new SharedTimer(clock, createTimers(clock), 100, (item) => {
    due.push(item)
    if (item !== 'a') return
    timer.delete('b')
    timer.add('c')
  })
  timer.add('x')
  timer.delete('x')
  timer.add('a')
  timer.add('b')
  clock.advance(100)
  expect([due, clock.pending]).toEqual([['a'], 1])
  clock.advance(100)
  expect([due, clock.pending]).toEqual([['a', 'c'], 0])
})
