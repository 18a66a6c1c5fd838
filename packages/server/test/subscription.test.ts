/** One client in one stream: what is buffered while its history is read, and what is sent afterwards. */

import { expect, test } from 'vitest'
import type { TextFrame } from '../src/connection/textFrame.ts'
import { Subscription, messageFrame } from '../src/streams/subscription.ts'

const create = (limits = { replayMessages: 3, replayBytes: 100 }) => {
  const sent: unknown[] = []
  const subscription = new Subscription(
    'a',
    {
      message: (frame: TextFrame) => sent.push((JSON.parse(frame.payload.toString()) as { off: number }).off),
      replay: () => undefined,
      reset: (_, { epoch, offset }, reason) => sent.push([epoch, offset, reason]),
    },
    limits,
  )
  const receive = (offset: number, data = '"x"', epoch = 'e'): void =>
    subscription.receive(epoch, { offset, data }, messageFrame('a', { offset, data }))
  return { sent, subscription, receive }
}

test('as many messages as the limit are buffered, and one more makes the history stale', () => {
  const { sent, subscription, receive } = create()
  subscription.startBuffering()
  for (const offset of [1, 2, 3]) receive(offset)
  expect(subscription.isStale).toBe(false)
  receive(4)
  expect(subscription.isStale).toBe(true)
  subscription.startBuffering()
  expect(subscription.isStale).toBe(false)
  receive(5)
  subscription.goLive({ epoch: 'e', offset: 4 })
  receive(6)
  expect([sent, subscription.isStale]).toEqual([[5, 6], false])
})

test('as many bytes as the limit are buffered, and each read of the history begins to count again', () => {
  const { subscription, receive } = create({ replayMessages: 10, replayBytes: 9 })
  for (const round of [0, 1, 2]) {
    subscription.startBuffering()
    for (const n of [1, 2, 3]) receive(10 * round + n)
    expect(subscription.isStale).toBe(false)
  }
  receive(24)
  expect(subscription.isStale).toBe(true)
})

test('buffered messages are sent after the position, once, and none of another epoch', () => {
  const { sent, subscription, receive } = create({ replayMessages: 10, replayBytes: 100 })
  subscription.startBuffering()
  for (const offset of [1, 2, 3]) receive(offset)
  receive(4, '"x"', 'other')
  subscription.goLive({ epoch: 'e', offset: 2 })
  receive(3)
  expect(sent).toEqual([3])
})

test('a reset continues from the new position, and makes a history that is being read stale', () => {
  const { sent, subscription, receive } = create()
  subscription.startBuffering()
  subscription.reset({ epoch: 'e', offset: 5 }, 'trimmed')
  expect([sent, subscription.isStale]).toEqual([[], true])
  subscription.startBuffering()
  subscription.goLive({ epoch: 'e', offset: 5 })
  subscription.reset({ epoch: 'e', offset: 5 }, 'trimmed')
  expect(sent).toEqual([])
  subscription.reset({ epoch: 'f', offset: 2 }, 'epoch')
  receive(2, '"x"', 'f')
  receive(3, '"x"', 'f')
  expect(sent).toEqual([['f', 2, 'epoch'], 3])
})
