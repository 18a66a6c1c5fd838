/** The bounds of the records of idempotency keys. Each record in these tests has 162 bytes. */

import { createFakeClock } from '@holdfast/core/testing'
import { expect, test } from 'vitest'
import { createKeyRecords } from '../src/store/memory/keyRecords.ts'

const SIZE = 162

const create = (ownerBytes: number, bytes = 100 * SIZE) => {
  const clock = createFakeClock()
  let evictions = 0
  const records = createKeyRecords({
    clock,
    ms: 1000,
    bytes,
    ownerBytes,
    shorten: (value) => value.slice(0, 1),
    onEvict: () => evictions++,
  })
  return { clock, records, evictions: () => evictions }
}

test('the bound of an owner is used up to its last byte', () => {
  const { records, evictions } = create(2 * SIZE)
  records.set('ann', 'a', '1')
  records.set('ann', 'b', '2')
  expect([records.get('ann', 'a'), records.get('ann', 'b'), evictions()]).toEqual(['1', '2', 0])
  records.set('ann', 'c', '3')
  expect([records.get('ann', 'a'), records.get('ann', 'b'), evictions()]).toEqual([undefined, '2', 1])
})

test('the bound of all owners is used up to its last byte, and the owner that set a record last keeps its own', () => {
  const { records, evictions } = create(10 * SIZE, 3 * SIZE)
  records.set('ann', 'a', '1')
  records.set('bob', 'a', '2')
  records.set('ann', 'b', '3')
  expect(evictions()).toBe(0)
  records.set('eve', 'a', '4')
  expect([records.get('ann', 'a'), records.get('ann', 'b'), records.get('bob', 'a'), evictions()]).toEqual([
    '1',
    '3',
    undefined,
    1,
  ])
})

test('records that have expired are no evictions, and leave their place', () => {
  const { clock, records, evictions } = create(2 * SIZE, 3 * SIZE)
  for (let round = 0; round < 5; round++) {
    records.set('ann', `a${round}`, '')
    records.set('ann', `b${round}`, '')
    records.set('bob', `a${round}`, '')
    clock.advance(1000)
  }
  expect(evictions()).toBe(0)
})

test('a record that is set again counts once, and its time starts again', () => {
  const { clock, records, evictions } = create(2 * SIZE)
  records.set('ann', 'a', '1')
  for (let round = 0; round < 5; round++) {
    records.set('ann', 'b', String(round))
    clock.advance(100)
  }
  expect([records.get('ann', 'a'), records.get('ann', 'b'), evictions()]).toEqual(['1', '4', 0])
  clock.advance(500)
  expect([records.get('ann', 'a'), records.get('ann', 'b')]).toEqual([undefined, '4'])
})

test('the newest record is kept although it exceeds the bounds alone', () => {
  const { records, evictions } = create(10, 10)
  records.set('ann', 'a', '1')
  expect([records.get('ann', 'a'), evictions()]).toEqual(['1', 0])
  records.set('bob', 'a', '2')
  expect([records.get('ann', 'a'), records.get('bob', 'a'), evictions()]).toEqual([undefined, '2', 1])
})

test('a record that has expired is not shortened', () => {
  const { clock, records, evictions } = create(2 * SIZE)
  records.set('ann', 'a', 'x'.repeat(50))
  clock.advance(1000)
  for (const key of ['b', 'c', 'd']) records.set('ann', key, '1')
  expect([['b', 'c', 'd'].map((key) => records.get('ann', key)), evictions()]).toEqual([[undefined, '1', '1'], 1])
})

test('long values are shortened before a record is removed', () => {
  const { records, evictions } = create(3 * SIZE)
  for (const key of ['a', 'b', 'c']) records.set('ann', key, 'x'.repeat(50))
  expect(['a', 'b', 'c'].map((key) => records.get('ann', key))).toEqual(['x', 'x', 'x'])
  expect(evictions()).toBe(0)
})
