/** The places of a hub: how many connections it has, in all and of one address. */

import { expect, test } from 'vitest'
import { createPlaces } from '../src/connection/places.ts'
import { checkLimits } from '../src/context/limits.ts'

test('a place that is released twice is free once', () => {
  const places = createPlaces(checkLimits({ connections: 2, perAddress: 2 }))
  const [first] = [places.take('1.2.3.4')!, places.take('1.2.3.4')!]
  expect([places.isFull(), places.take('1.2.3.4')]).toEqual([true, undefined])
  first()
  first()
  expect(places.isFull()).toBe(false)
  expect(places.take('1.2.3.4')).toBeDefined()
  expect([places.isFull(), places.take('1.2.3.4')]).toEqual([true, undefined])
})
