import { expect, it } from 'vitest'
import { createSessionCounter, describeCounts, toneOf } from './sessionCounter.ts'

const message = (offset: number, id = `m${offset}`, replayed = false) => ({
  stream: 'chat',
  offset,
  message: { id },
  replayed,
})

it('counts no problem if each message is received once, replays included', () => {
  const { counts, ...counter } = createSessionCounter()
  counter.open(false)
  for (const offset of [7, 8, 9]) counter.message(message(offset))
  counter.resume()
  counter.message(message(10, 'm10', true))
  expect(describeCounts(counts.get())).toBe('resumed 1 · lost 0 · duplicates 0')
  expect(toneOf(counts.get())).toBe('good')
})

it.each([
  ['a gap', [message(1), message(4)], { lost: 2, duplicates: 0 }],
  ['a repeated offset', [message(1), message(2), message(2, 'other')], { lost: 0, duplicates: 1 }],
  ['a repeated message id at another offset', [message(1), message(2, 'm1')], { lost: 0, duplicates: 1 }],
])('counts %s as a problem', (_, messages, expected) => {
  const { counts, ...counter } = createSessionCounter()
  for (const each of messages) counter.message(each)
  expect(counts.get()).toMatchObject(expected)
  expect(toneOf(counts.get())).toBe('bad')
})

it('counts the gap of a resync as lost, and a new epoch as unknown', () => {
  const { counts, ...counter } = createSessionCounter()
  counter.message(message(5))
  counter.resync({
    stream: 'chat',
    reason: 'trimmed',
    from: { epoch: 'a', offset: 5 },
    to: { epoch: 'a', offset: 105 },
    wait: 0,
  })
  counter.message(message(106))
  expect(counts.get()).toMatchObject({ lost: 100, duplicates: 0, unknown: 0 })
  counter.resync({
    stream: 'chat',
    reason: 'epoch',
    from: { epoch: 'a', offset: 106 },
    to: { epoch: 'b', offset: 0 },
    wait: 0,
  })
  counter.message(message(1, 'first of the new epoch'))
  counter.unconfirmed()
  expect(describeCounts(counts.get())).toBe('resumed 0 · lost 100 · duplicates 0 · unknown 2')
})

it('resets its offsets for a new client, and counts nothing on a plain connection', () => {
  const { counts, ...counter } = createSessionCounter()
  counter.message(message(5))
  counter.reset()
  counter.message(message(90))
  expect(toneOf(counts.get())).toBe('good')
  counter.open(true)
  expect(describeCounts(counts.get())).toBe('plain WebSocket: nothing is counted')
})
