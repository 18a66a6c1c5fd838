/** Compares the streams of the memory store with a model, under eviction: few streams without followers are allowed. */

import { createFakeClock } from '@holdfast/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryStore } from '../src/store/memory/memoryStore.ts'
import type { Position } from '../src/store/store.ts'

const LIMIT = 2
const KEPT = 4
const KEY_MS = 300_000

type Step =
  | ['publish', stream: number, key: number | undefined]
  | ['read', stream: number]
  | ['follow', stream: number]
  | ['unfollow', index: number]
  | ['wait', ms: number]

const stream = fc.integer({ min: 0, max: 5 })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('publish' as const), stream, fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })),
  fc.tuple(fc.constant('read' as const), stream),
  fc.tuple(fc.constant('follow' as const), stream),
  fc.tuple(fc.constant('unfollow' as const), fc.nat(20)),
  fc.tuple(fc.constant('wait' as const), fc.integer({ min: 1, max: 200_000 })),
)

/** A stream that must still exist. */
interface Expected {
  epoch: string | undefined
  offset: number
  data: string[]
  /** What each feed must have received. */
  feeds: { name: number; expected: string[]; received: string[]; unfollow: () => void }[]
}

const run = async (steps: readonly Step[]): Promise<void> => {
  const clock = createFakeClock()
  const store = memoryStore({ clock, streams: LIMIT, history: { messages: KEPT } })
  let evicted = 0
  store.onEvict?.(() => evicted++)
  /** In the order of use, the least recently used stream first. */
  const model = new Map<number, Expected>()
  const keys = new Map<string, { position: Position; until: number }>()
  const feeds: Expected['feeds'] = []
  let modelEvicted = 0
  let count = 0

  const touch = (name: number): Expected => {
    const entry = model.get(name) ?? { epoch: undefined, offset: 0, data: [], feeds: [] }
    model.delete(name)
    model.set(name, entry)
    evict()
    return entry
  }
  const evict = (): void => {
    const unfollowed = [...model].filter(([, { feeds: list }]) => list.length === 0)
    if (unfollowed.length <= LIMIT) return
    model.delete(unfollowed[0]![0])
    modelEvicted++
  }
  const checkEpoch = (entry: Expected, epoch: string): void => {
    entry.epoch ??= epoch
    expect(epoch).toBe(entry.epoch)
  }
  const perform: { [Kind in Step[0]]: (value: number, key: number | undefined) => Promise<void> | void } = {
    publish: async (name, key) => {
      const text = key === undefined ? undefined : `${key}`
      const data = `${++count}`
      const position = await store.publish(`${name}`, data, text)
      const id = `${name} ${text}`
      const known = keys.get(id)
      if (text !== undefined && known && known.until > clock.now()) return expect(position).toEqual(known.position)
      const entry = touch(name)
      entry.offset++
      entry.data = [...entry.data, data].slice(-KEPT)
      for (const feed of entry.feeds) feed.expected.push(data)
      checkEpoch(entry, position.epoch)
      expect(position.offset).toBe(entry.offset)
      if (text !== undefined) keys.set(id, { position, until: clock.now() + KEY_MS })
      return undefined
    },
    read: async (name) => {
      const { top, messages } = await store.read(`${name}`, 0, { messages: 100, bytes: 100_000 })
      const entry = touch(name)
      checkEpoch(entry, top.epoch)
      expect(top.offset).toBe(entry.offset)
      expect(messages.map(({ data }) => data)).toEqual(entry.data)
    },
    follow: async (name) => {
      const received: string[] = []
      const unfollow = await store.follow(`${name}`, (_, { data }) => received.push(data))
      const entry = model.get(name) ?? { epoch: undefined, offset: 0, data: [], feeds: [] }
      const feed = { name, expected: [], received, unfollow }
      entry.feeds.push(feed)
      feeds.push(feed)
      model.delete(name)
      model.set(name, entry)
    },
    unfollow: (index) => {
      const [feed] = feeds.splice(index % Math.max(1, feeds.length), 1)
      if (!feed) return
      feed.unfollow()
      const entry = model.get(feed.name)!
      entry.feeds = entry.feeds.filter((other) => other !== feed)
      expect(feed.received).toEqual(feed.expected)
      if (entry.feeds.length === 0) touch(feed.name)
    },
    wait: (ms) => clock.advance(ms),
  }
  for (const [kind, value, key] of steps) await perform[kind](value, key)
  for (const { received, expected } of feeds) expect(received).toEqual(expected)
  expect(evicted).toBe(modelEvicted)
}

const runs = Number(process.env['EVICTIONS'] ?? 500)

test(`followed streams lose nothing, and the last ${LIMIT} others are kept, in ${runs} random runs`, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }), run), {
    numRuns: runs,
  })
}, 600_000)
