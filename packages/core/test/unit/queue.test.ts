/** What waits for a socket, bounded in number, bytes and time. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Queue, type QueueRules, createQueue } from '../../src/messaging/queue.ts'

const roomy: QueueRules = { limit: 100, bytes: 1000, ttl: 1000, overflow: 'drop-new' }

const made = (rules: Partial<QueueRules> = {}): { queue: Queue<string>; dropped: string[] } => {
  const dropped: string[] = []
  const queue = createQueue<string>(
    { ...roomy, ...rules },
    (message, reason) => void dropped.push(`${message} ${reason}`),
  )
  return { queue, dropped }
}

/** Takes out all that has not expired. */
const drain = (queue: Queue<string>, now = 0): string[] => {
  const messages: string[] = []
  for (let next; (next = queue.first(now)); queue.shift()) messages.push(next.message)
  return messages
}

test('first in, first out, and whoever takes one out says nothing of it', () => {
  const { queue, dropped } = made()
  for (const message of ['a', 'b', 'c']) expect(queue.push(message, message, 0)).toBe(true)
  expect(queue.size()).toBe(3)
  expect(drain(queue)).toEqual(['a', 'b', 'c'])
  expect([queue.size(), dropped]).toEqual([0, []])
})

test('a full one refuses the newcomer, and does not say so', () => {
  const { queue, dropped } = made({ limit: 2 })
  expect(['a', 'b', 'c'].map((message) => queue.push(message, message, 0))).toEqual([true, true, false])
  expect(drain(queue)).toEqual(['a', 'b'])
  expect(dropped).toEqual([])
})

test('drop-old: the oldest makes room and is told', () => {
  const { queue, dropped } = made({ limit: 2, overflow: 'drop-old' })
  for (const message of ['a', 'b', 'c', 'd']) expect(queue.push(message, message, 0)).toBe(true)
  expect(drain(queue)).toEqual(['c', 'd'])
  expect(dropped).toEqual(['a full', 'b full'])
})

test('bytes are those of the frame, whatever the message is', () => {
  const { queue } = made({ bytes: 10 })
  expect(queue.push('a', 'ééééé', 0)).toBe(true)
  expect(queue.push('b', '', 0)).toBe(true)
  expect(queue.push('c', '.', 0)).toBe(false)
  queue.shift()
  expect(queue.push('d', new Uint8Array(10), 0)).toBe(true)
})

test('drop-old makes as much room as is needed, and none for what could never fit', () => {
  const { queue, dropped } = made({ bytes: 10, overflow: 'drop-old' })
  for (const message of ['a', 'b', 'c']) queue.push(message, '...', 0)
  expect(queue.push('big', '.'.repeat(11), 0)).toBe(false)
  expect(dropped).toEqual([])
  expect(queue.push('d', '.....', 0)).toBe(true)
  expect(dropped).toEqual(['a full', 'b full'])
  expect(drain(queue)).toEqual(['c', 'd'])
})

test.each(['drop-new', 'drop-old'] as const)('without room for one, nothing waits: %s', (overflow) => {
  const { queue, dropped } = made({ limit: 0, overflow })
  expect(queue.push('a', 'a', 0)).toBe(false)
  expect([queue.size(), dropped]).toEqual([0, []])
})

test('each expires by its own time and is told; the rest stay', () => {
  const { queue, dropped } = made({ ttl: 100 })
  queue.push('a', 'a', 0)
  queue.push('b', 'b', 50)
  expect(queue.first(99)?.message).toBe('a')
  expect(queue.first(100)?.message).toBe('b')
  expect(dropped).toEqual(['a expired'])
  expect(queue.first(150)).toBeUndefined()
  expect(dropped).toEqual(['a expired', 'b expired'])
})

test('what has expired takes no room from a newcomer', () => {
  const { queue, dropped } = made({ limit: 1, ttl: 100 })
  queue.push('a', 'a', 0)
  expect(queue.push('b', 'b', 100)).toBe(true)
  expect(dropped).toEqual(['a expired'])
})

test('an endless time to live never ends', () => {
  const { queue } = made({ ttl: Infinity })
  queue.push('a', 'a', 0)
  expect(queue.first(Number.MAX_SAFE_INTEGER)?.message).toBe('a')
})

test('a message that leaves for a reason is told with it', () => {
  const { queue, dropped } = made()
  queue.push('a', 'a', 0)
  queue.push('b', 'b', 0)
  queue.shift('closed')
  queue.shift('refused')
  expect(dropped).toEqual(['a closed', 'b refused'])
})

test('over any use it keeps its bounds, and each message leaves once: taken out in order, or told', () => {
  const use = fc.oneof(
    fc.record({ push: fc.nat({ max: 30 }) }),
    fc.record({ pass: fc.nat({ max: 80 }) }),
    fc.constant({ take: true } as const),
  )
  const rules = fc.record({
    limit: fc.nat({ max: 4 }),
    bytes: fc.nat({ max: 60 }),
    ttl: fc.integer({ min: 1, max: 200 }),
    overflow: fc.constantFrom('drop-new', 'drop-old'),
  })
  fc.assert(
    fc.property(rules, fc.array(use, { maxLength: 60 }), (given, uses) => {
      const left: string[] = []
      const queue = createQueue<string>(given, (message) => void left.push(message))
      const taken: string[] = []
      let [now, pushed] = [0, 0]
      for (const one of uses) {
        if ('pass' in one) now += one.pass
        else if ('push' in one) {
          const message = `${++pushed}`
          if (!queue.push(message, '.'.repeat(one.push), now)) left.push(message)
        } else {
          const next = queue.first(now)
          if (next) queue.shift()
          if (next) taken.push(next.message)
        }
        expect(queue.size()).toBeLessThanOrEqual(given.limit)
      }
      const numbers = [...taken, ...drain(queue, now)].map(Number)
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
      expect([...numbers, ...left.map(Number)].sort((a, b) => a - b)).toEqual(
        Array.from({ length: pushed }, (_, i) => i + 1),
      )
    }),
  )
})
