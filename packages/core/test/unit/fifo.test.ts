import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fifo } from '../../src/base/fifo.ts'

test('a Fifo returns items in the order in which they were added, like an array', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (steps) => {
      const fifo = new Fifo<number>()
      const array: number[] = []
      steps.forEach((isPush, index) => {
        if (isPush) {
          fifo.push(index)
          array.push(index)
        } else {
          expect(fifo.shift()).toBe(array.shift())
        }
        expect(fifo.size).toBe(array.length)
      })
    }),
  )
})
