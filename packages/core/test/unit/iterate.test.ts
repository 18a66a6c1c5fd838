/** Messages for `for await`, buffered for one slow reader. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Iteration, createIteration } from '../../src/messaging/iterate.ts'

const made = (limit = 10): Iteration<number> & { dropped: number[]; left(): number } => {
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

test('gives what came before it was asked, in order, and ends after it', async () => {
  const { iterator, push, end, left } = made()
  for (const message of [1, 2, 3]) push(message)
  end()
  expect(await read(iterator)).toEqual([1, 2, 3])
  expect(left()).toBe(1)
})

test('waits for what is to come', async () => {
  const { iterator, push } = made()
  const next = iterator.next()
  push(1)
  expect(await next).toEqual({ value: 1, done: false })
})

test('the end answers who waits', async () => {
  const { iterator, end } = made()
  const next = iterator.next()
  end()
  expect(await next).toEqual({ value: undefined, done: true })
  expect(await iterator.next()).toEqual({ value: undefined, done: true })
})

test('beyond the limit the oldest is dropped', async () => {
  const { iterator, push, end, dropped } = made(2)
  for (const message of [1, 2, 3, 4]) push(message)
  end()
  expect(dropped).toEqual([1, 2])
  expect(await read(iterator)).toEqual([3, 4])
})

test('who leaves the loop is gone, and is counted once', async () => {
  const { iterator, push, left } = made()
  push(1)
  push(2)
  for await (const _ of iterator) break
  await iterator.return?.()
  expect(left()).toBe(1)
  expect(await iterator.next()).toEqual({ value: undefined, done: true })
})

test('an error in the loop is the reader leaving', async () => {
  const { iterator, push, left } = made()
  push(1)
  const reading = async (): Promise<void> => {
    for await (const message of iterator) throw new Error(`cannot use ${message}`)
  }
  await expect(reading()).rejects.toThrow('cannot use 1')
  expect(left()).toBe(1)
})

test('over any order of questions and messages, each is read once and in order, or dropped', async () => {
  const uses = fc.array(fc.constantFrom('push', 'ask'), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(uses, fc.integer({ min: 1, max: 5 }), async (order, limit) => {
      const { iterator, push, end, dropped } = made(limit)
      const answers: Promise<IteratorResult<number>>[] = []
      let pushed = 0
      for (const use of order) {
        if (use === 'push') push(++pushed)
        else answers.push(iterator.next())
        await Promise.resolve()
      }
      end()
      const asked = (await Promise.all(answers)).filter(({ done }) => !done).map(({ value }) => value as number)
      const all = [...asked, ...(await read(iterator))]
      expect(all).toEqual([...all].sort((a, b) => a - b))
      expect([...all, ...dropped].sort((a, b) => a - b)).toEqual(Array.from({ length: pushed }, (_, i) => i + 1))
    }),
  )
})
