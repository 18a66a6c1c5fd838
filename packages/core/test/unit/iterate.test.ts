/** The async iterator behind `messages()`, with its buffer for a slow reader. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Iteration, createIteration } from '../../src/messaging/iterate.ts'

const create = (limit = 10): Iteration<number> & { dropped: number[]; left(): number } => {
  const dropped: number[] = []
  let left = 0
  const iteration = createIteration<number>(
    limit,
    (message) => void dropped.push(message),
    () => void left++,
  )
  return { ...iteration, dropped, left: () => left }
}

const read = async (iterator: AsyncIterableIterator<number>): Promise<number[]> => {
  const messages: number[] = []
  for await (const message of iterator) messages.push(message)
  return messages
}

test('the iterator yields buffered messages in order, and then ends', async () => {
  const { iterator, push, end, left } = create()
  for (const message of [1, 2, 3]) push(message)
  end()
  expect(await read(iterator)).toEqual([1, 2, 3])
  expect(left()).toBe(1)
})

test('next() waits for the next message', async () => {
  const { iterator, push } = create()
  const next = iterator.next()
  push(1)
  expect(await next).toEqual({ value: 1, done: false })
})

test('the end answers a pending next()', async () => {
  const { iterator, end } = create()
  const next = iterator.next()
  end()
  expect(await next).toEqual({ value: undefined, done: true })
  expect(await iterator.next()).toEqual({ value: undefined, done: true })
})

test('the oldest messages beyond the limit are dropped', async () => {
  const { iterator, push, end, dropped } = create(2)
  for (const message of [1, 2, 3, 4]) push(message)
  end()
  expect(dropped).toEqual([1, 2])
  expect(await read(iterator)).toEqual([3, 4])
})

test('break in the loop ends the iterator once', async () => {
  const { iterator, push, left } = create()
  push(1)
  push(2)
  for await (const _ of iterator) break
  await iterator.return?.()
  expect(left()).toBe(1)
  expect(await iterator.next()).toEqual({ value: undefined, done: true })
})

test('an error thrown in the loop ends the iterator', async () => {
  const { iterator, push, left } = create()
  push(1)
  const reading = async (): Promise<void> => {
    for await (const message of iterator) throw new Error(`cannot use ${message}`)
  }
  await expect(reading()).rejects.toThrow('cannot use 1')
  expect(left()).toBe(1)
})

test('in any order of next() and messages, each message is yielded once and in order, or dropped', async () => {
  const actions = fc.array(fc.constantFrom('push', 'next'), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(actions, fc.integer({ min: 1, max: 5 }), async (order, limit) => {
      const { iterator, push, end, dropped } = create(limit)
      const answers: Promise<IteratorResult<number>>[] = []
      let pushed = 0
      for (const action of order) {
        if (action === 'push') push(++pushed)
        else answers.push(iterator.next())
        await Promise.resolve()
      }
      end()
      const answered = (await Promise.all(answers)).filter(({ done }) => !done).map(({ value }) => value as number)
      const all = [...answered, ...(await read(iterator))]
      expect(all).toEqual([...all].sort((a, b) => a - b))
      expect([...all, ...dropped].sort((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, i) => i + 1))
    }),
  )
})
