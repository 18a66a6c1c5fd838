import { expect, test } from 'vitest'
import { mapConcurrently } from '../src/streams/mapConcurrently.ts'
import { deferred } from './support/deferred.ts'
import { settle } from './support/testNode.ts'

test('results are in the order of the items, and as many calls run at once as the limit', async () => {
  const gates = [deferred(), deferred(), deferred(), deferred()]
  const started: number[] = []
  const mapped = mapConcurrently([0, 1, 2, 3], 2, async (n) => {
    started.push(n)
    await gates[n]!.promise
    return n * 10
  })
  await settle()
  expect(started).toEqual([0, 1])
  for (const n of [1, 3, 2, 0]) {
    gates[n]!.resolve()
    await settle()
  }
  expect(await mapped).toEqual([0, 10, 20, 30])
})

test('after a failure no further call starts', async () => {
  const started: number[] = []
  const mapped = mapConcurrently([0, 1, 2, 3], 2, async (n) => {
    started.push(n)
    await settle()
    if (n === 0) throw new Error('a failure')
  })
  await expect(mapped).rejects.toThrow('a failure')
  await settle()
  await settle()
  expect(started).toEqual([0, 1])
})
