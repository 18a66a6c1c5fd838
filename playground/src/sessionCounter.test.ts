import { expect, it } from 'vitest'
import { createCounter, describeTally, hasTrouble } from './sessionCounter.ts'

const message = (offset: number, id = `m${offset}`, replayed = false) => ({
  stream: 'chat',
  offset,
  message: { id },
  replayed,
})

it('finds nothing wrong where everything comes once, replays included', () => {
  const { tally, ...counter } = createCounter()
  counter.open(false)
  for (const off of [7, 8, 9]) counter.message(message(off))
  counter.resume()
  counter.message(message(10, 'm10', true))
  expect(describeTally(tally.get())).toBe('resumed 1 · lost 0 · duplicates 0')
  expect(hasTrouble(tally.get())).toBe(false)
})

it.each([
  ['a gap', [message(1), message(4)], { lost: 2, duplicates: 0 }],
  ['a position had already', [message(1), message(2), message(2, 'other')], { lost: 0, duplicates: 1 }],
  ['a message had already, at another position', [message(1), message(2, 'm1')], { lost: 0, duplicates: 1 }],
])('counts %s', (_, messages, expected) => {
  const { tally, ...counter } = createCounter()
  for (const each of messages) counter.message(each)
  expect(tally.get()).toMatchObject(expected)
  expect(hasTrouble(tally.get())).toBe(true)
})

it('counts what a resync says was missed, and as unknown what it cannot say', () => {
  const { tally, ...counter } = createCounter()
  counter.message(message(5))
  counter.resync({
    stream: 'chat',
    reason: 'trimmed',
    from: { epoch: 'a', offset: 5 },
    to: { epoch: 'a', offset: 105 },
    wait: 0,
  })
  counter.message(message(106))
  expect(tally.get()).toMatchObject({ lost: 100, duplicates: 0, unknown: 0 })
  counter.resync({
    stream: 'chat',
    reason: 'epoch',
    from: { epoch: 'a', offset: 106 },
    to: { epoch: 'b', offset: 0 },
    wait: 0,
  })
  counter.message(message(1, 'first of the new epoch'))
  counter.doubt()
  expect(describeTally(tally.get())).toBe('resumed 0 · lost 100 · duplicates 0 · unknown 2')
})

it('begins anew with another client, and counts nothing on a plain connection', () => {
  const { tally, ...counter } = createCounter()
  counter.message(message(5))
  counter.forget()
  counter.message(message(90))
  expect(hasTrouble(tally.get())).toBe(false)
  counter.open(true)
  expect(describeTally(tally.get())).toBe('plain WebSocket: nothing is counted')
})
