/** One stream of a node, and the registry of streams, over a store whose answers the test gives. */

import { describe, expect, test } from 'vitest'
import type { HubContext } from '../src/context/hubContext.ts'
import { createStats } from '../src/metrics/stats.ts'
import type { Feed, History, Position, Store } from '../src/store/store.ts'
import { type Stream, createStream } from '../src/streams/stream.ts'
import { createStreamRegistry } from '../src/streams/streamRegistry.ts'
import type { Subscription } from '../src/streams/subscription.ts'

/** A promise that the test settles. */
const createAnswer = <Value>() => {
  let resolve!: (value: Value) => void
  let reject!: (error: Error) => void
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

/** Runs the microtasks that follow from an answer. */
const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const setUp = () => {
  const follows: { feed: Feed; answer: ReturnType<typeof createAnswer<() => void>> }[] = []
  const reads: { offset: number; answer: ReturnType<typeof createAnswer<History>> }[] = []
  const errors: unknown[] = []
  const received: string[] = []
  const sleeps: ((isAwake: boolean) => void)[] = []
  let stopped = 0
  const store: Pick<Store, 'follow' | 'read'> = {
    follow: (_, feed) => {
      const answer = createAnswer<() => void>()
      follows.push({ feed, answer })
      return answer.promise
    },
    read: (_, offset) => {
      const answer = createAnswer<History>()
      reads.push({ offset, answer })
      return answer.promise
    },
  }
  const context = {
    store,
    limits: { replayMessages: 10, replayBytes: 1000 },
    stats: createStats(),
    timers: { sleep: () => new Promise<boolean>((resolve) => sleeps.push(resolve)) },
    report: (error: unknown) => errors.push(error),
  } as unknown as HubContext
  const subscription = {
    stream: 'news',
    receive: (_: string, { offset }: { offset: number }) => received.push(`message ${offset}`),
    reset: (_: Position, reason: string) => received.push(`reset ${reason}`),
  } as unknown as Subscription
  const stop = (): void => void stopped++
  return { context, follows, reads, errors, received, sleeps, subscription, stop, stopped: () => stopped }
}
type SetUp = ReturnType<typeof setUp>

const messages = (...offsets: number[]): History['messages'] => offsets.map((offset) => ({ offset, data: '1' }))
const answerRead = async ({ reads }: SetUp, top: number, ...offsets: number[]): Promise<void> => {
  reads.at(-1)!.answer.resolve({ top: { epoch: 'e', offset: top }, messages: messages(...offsets) })
  await flush()
}

/** A stream with one subscription that follows the store and has received message 1. */
const follow = async (given: SetUp): Promise<{ stream: Stream; feed(offset: number): void }> => {
  const stream = createStream('news', given.context, () => undefined)
  const added = stream.add(given.subscription)
  given.follows[0]!.answer.resolve(given.stop)
  await added
  const feed = (offset: number): void => given.follows[0]!.feed('e', { offset, data: '1' })
  feed(1)
  return { stream, feed }
}

describe('a stream of a node', () => {
  test('stops following the store when its last subscription is removed', async () => {
    const given = setUp()
    const { stream } = await follow(given)
    const other = { ...given.subscription } as Subscription
    await stream.add(other)
    stream.remove(given.subscription)
    expect(given.stopped()).toBe(0)
    stream.remove(other)
    expect(given.stopped()).toBe(1)
  })

  test('stops following the store if it was removed before the store answered', async () => {
    const given = setUp()
    const stream = createStream('news', given.context, () => undefined)
    const added = stream.add(given.subscription)
    stream.remove(given.subscription)
    given.follows[0]!.answer.resolve(given.stop)
    await added
    expect(given.stopped()).toBe(1)
  })

  test('passes on each message once', async () => {
    const given = setUp()
    const { feed } = await follow(given)
    feed(1)
    feed(2)
    feed(2)
    expect([given.received, given.reads]).toEqual([['message 1', 'message 2'], []])
  })

  test('reads a message that was left out before later ones are passed on', async () => {
    const given = setUp()
    const { feed } = await follow(given)
    feed(3)
    expect(given.reads.map(({ offset }) => offset)).toEqual([1])
    await answerRead(given, 3, 2, 3)
    feed(4)
    expect(given.received).toEqual(['message 1', 'message 2', 'message 3', 'message 4'])
  })

  test('reads on until it has all messages of a long gap', async () => {
    const given = setUp()
    const { feed } = await follow(given)
    feed(5)
    await answerRead(given, 5, 2, 3)
    expect(given.reads.map(({ offset }) => offset)).toEqual([1, 3])
    await answerRead(given, 5, 4, 5)
    expect(given.reads).toHaveLength(2)
    expect(given.received.at(-1)).toBe('message 5')
  })

  test('reads again if a message arrived while it was reading', async () => {
    const given = setUp()
    const { feed } = await follow(given)
    feed(3)
    feed(4)
    await answerRead(given, 3, 2, 3)
    expect(given.reads.map(({ offset }) => offset)).toEqual([1, 3])
    await answerRead(given, 4, 4)
    expect(given.received.at(-1)).toBe('message 4')
  })

  test('does not reset its subscriptions if the store has nothing newer', async () => {
    const given = setUp()
    const { stream } = await follow(given)
    stream.catchUp()
    await answerRead(given, 1)
    expect(given.received).toEqual(['message 1'])
  })

  test('reports a failed read, and repeats it after a while', async () => {
    const given = setUp()
    const { stream } = await follow(given)
    stream.catchUp()
    given.reads[0]!.answer.reject(new Error('away'))
    await flush()
    expect([given.errors, given.reads.length]).toEqual([[new Error('away')], 1])
    given.sleeps[0]!(true)
    await flush()
    expect(given.reads).toHaveLength(2)
  })

  test('reads nothing more once it was removed', async () => {
    const given = setUp()
    const { stream } = await follow(given)
    stream.catchUp()
    given.reads[0]!.answer.reject(new Error('away'))
    await flush()
    stream.remove(given.subscription)
    given.sleeps[0]!(true)
    await flush()
    stream.catchUp()
    expect(given.reads).toHaveLength(1)
  })
})

describe('the streams of a node', () => {
  test('a stream is kept and counted while it has a subscription', async () => {
    const given = setUp()
    const registry = createStreamRegistry(given.context)
    const added = registry.add(given.subscription)
    given.follows[0]!.answer.resolve(given.stop)
    expect([registry.get('news'), given.context.stats.streams]).toEqual([await added, 1])
    registry.remove(given.subscription)
    expect([registry.get('news'), given.context.stats.streams, given.stopped()]).toEqual([undefined, 0, 1])
  })

  test('a stream that the store did not follow is removed, and the next join asks the store again', async () => {
    const given = setUp()
    const registry = createStreamRegistry(given.context)
    const added = registry.add(given.subscription)
    given.follows[0]!.answer.reject(new Error('away'))
    await expect(added).rejects.toThrow('away')
    expect([registry.get('news'), given.context.stats.streams]).toEqual([undefined, 0])
    void registry.add(given.subscription)
    expect(given.follows).toHaveLength(2)
  })
})
