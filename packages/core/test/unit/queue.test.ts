/** The queue of messages that wait for a socket, limited in number, bytes and time. */

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Queue, type QueueRules, createQueue } from '../../src/messaging/queue.ts'

const defaults: QueueRules = { limit: 100, bytes: 1000, ttl: 1000, overflow: 'drop-new' }

const create = (rules: Partial<QueueRules> = {}): { queue: Queue<string>; dropped: string[] } => {
  const dropped: string[] = []
  const queue = createQueue<string>(
    { ...defaults, ...rules },
    (message, reason) => void dropped.push(`${message} ${reason}`),
  )
  return { queue, dropped }
}

/** Removes and returns all messages that have not expired. */
const drain = (queue: Queue<string>, now = 0): string[] => {
  const messages: string[] = []
  for (let next; (next = queue.first(now)); queue.shift()) messages.push(next.message)
  return messages
}

test('messages leave in the order in which they came, without a drop', () => {
  const { queue, dropped } = create()
  for (const message of ['a', 'b', 'c']) expect(queue.push(message, message, 0)).toBe(true)
  expect(queue.size()).toBe(3)
  expect(drain(queue)).toEqual(['a', 'b', 'c'])
  expect([queue.size(), dropped]).toEqual([0, []])
})

test('a full queue rejects the new message and reports no drop', () => {
  const { queue, dropped } = create({ limit: 2 })
  expect(['a', 'b', 'c'].map((message) => queue.push(message, message, 0))).toEqual([true, true, false])
  expect(drain(queue)).toEqual(['a', 'b'])
  expect(dropped).toEqual([])
})

test('a full queue with drop-old drops the oldest message and reports it', () => {
  const { queue, dropped } = create({ limit: 2, overflow: 'drop-old' })
  for (const message of ['a', 'b', 'c', 'd']) expect(queue.push(message, message, 0)).toBe(true)
  expect(drain(queue)).toEqual(['c', 'd'])
  expect(dropped).toEqual(['a full', 'b full'])
})

test('the bytes of the frame count, whatever the message is', () => {
  const { queue } = create({ bytes: 10 })
  expect(queue.push('a', 'ééééé', 0)).toBe(true)
  expect(queue.push('b', '', 0)).toBe(true)
  expect(queue.push('c', '.', 0)).toBe(false)
  queue.shift()
  expect(queue.push('d', new Uint8Array(10), 0)).toBe(true)
})

test('drop-old drops as many messages as needed, and none for a message that could never fit', () => {
  const { queue, dropped } = create({ bytes: 10, overflow: 'drop-old' })
  for (const message of ['a', 'b', 'c']) queue.push(message, '...', 0)
  expect(queue.push('big', '.'.repeat(11), 0)).toBe(false)
  expect(dropped).toEqual([])
  expect(queue.push('d', '.....', 0)).toBe(true)
  expect(dropped).toEqual(['a full', 'b full'])
  expect(drain(queue)).toEqual(['c', 'd'])
})

test.each(['drop-new', 'drop-old'] as const)('a limit of 0 rejects every message, with %s', (overflow) => {
  const { queue, dropped } = create({ limit: 0, overflow })
  expect(queue.push('a', 'a', 0)).toBe(false)
  expect([queue.size(), dropped]).toEqual([0, []])
})

test('each message expires at its own time and is reported; the others stay', () => {
  const { queue, dropped } = create({ ttl: 100 })
  queue.push('a', 'a', 0)
  queue.push('b', 'b', 50)
  expect(queue.first(99)?.message).toBe('a')
  expect(queue.first(100)?.message).toBe('b')
  expect(dropped).toEqual(['a expired'])
  expect(queue.first(150)).toBeUndefined()
  expect(dropped).toEqual(['a expired', 'b expired'])
})

test('an expired message takes no space from a new one', () => {
  const { queue, dropped } = create({ limit: 1, ttl: 100 })
  queue.push('a', 'a', 0)
  expect(queue.push('b', 'b', 100)).toBe(true)
  expect(dropped).toEqual(['a expired'])
})

test('a time to live of Infinity never expires', () => {
  const { queue } = create({ ttl: Infinity })
  queue.push('a', 'a', 0)
  expect(queue.first(Number.MAX_SAFE_INTEGER)?.message).toBe('a')
})

test('shift() with a reason reports the message as dropped for that reason', () => {
  const { queue, dropped } = create()
  queue.push('a', 'a', 0)
  queue.push('b', 'b', 0)
  queue.shift('closed')
  queue.shift('expired')
  expect(dropped).toEqual(['a closed', 'b expired'])
})

test('in any order of actions the queue keeps its limits, and each message leaves once: in order, or reported as dropped', () => {
  const action = fc.oneof(
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
    fc.property(rules, fc.array(action, { maxLength: 60 }), (given, actions) => {
      const left: string[] = []
      const queue = createQueue<string>(given, (message) => void left.push(message))
      const taken: string[] = []
      let [now, pushed] = [0, 0]
      for (const one of actions) {
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
