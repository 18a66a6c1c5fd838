/** Streams in memory: an epoch, a counter, a bounded history and the feeds of the followers. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { createTtlMap } from './ttlMap.ts'
import type { Feed, Position, Store, StoredMessage } from '../store.ts'

interface Stream {
  readonly epoch: string
  offset: number
  messages: StoredMessage[]
  bytes: number
  readonly feeds: Set<[feed: Feed]>
  readonly keys: Map<string, { value: Position; until: number }>
}

export interface MemoryStreamsOptions {
  clock: Clock
  history: { messages: number; bytes: number }
  streams: number
  bytes: number
}

/** How long an idempotency key of `publish` is kept, and how many per stream. */
const KEY_MS = 300_000
const MAX_KEYS = 1000

const sizeOf = (message: StoredMessage): number => Buffer.byteLength(message.data)

const createStream = (): Stream => ({
  epoch: randomBytes(9).toString('base64url'),
  offset: 0,
  messages: [],
  bytes: 0,
  feeds: new Set(),
  keys: new Map(),
})

export const createMemoryStreams = (options: MemoryStreamsOptions): Pick<Store, 'publish' | 'follow' | 'read'> => {
  const { clock, history } = options
  /** The least recently used stream comes first. */
  const streams = new Map<string, Stream>()
  let bytes = 0

  /** Returns the stream, created if necessary, and marks it as the most recently used. */
  const use = (name: string): Stream => {
    const stream = streams.get(name) ?? createStream()
    streams.delete(name)
    streams.set(name, stream)
    if (streams.size > options.streams) evict()
    return stream
  }
  /** Removes the least recently used stream without followers. A later stream of that name gets a new epoch, so clients notice. */
  const evict = (): void => {
    for (const [name, stream] of streams) {
      if (stream.feeds.size > 0) continue
      bytes -= stream.bytes
      streams.delete(name)
      return
    }
  }
  const removeOldest = (stream: Stream): void => {
    const size = sizeOf(stream.messages.shift()!)
    stream.bytes -= size
    bytes -= size
  }
  const trim = (stream: Stream): void => {
    while (stream.messages.length > history.messages || stream.bytes > history.bytes) removeOldest(stream)
    for (const oldest of streams.values()) {
      if (bytes <= options.bytes) return
      while (bytes > options.bytes && oldest.messages.length > 0) removeOldest(oldest)
    }
  }
  return {
    publish: async (name, data, key) => {
      const stream = use(name)
      const keys = createTtlMap(stream.keys, clock, MAX_KEYS)
      const known = key === undefined ? undefined : keys.get(key)
      if (known) return known
      const message = { offset: ++stream.offset, data }
      stream.messages.push(message)
      stream.bytes += sizeOf(message)
      bytes += sizeOf(message)
      trim(stream)
      const position = { epoch: stream.epoch, offset: message.offset }
      if (key !== undefined) keys.set(key, position, KEY_MS)
      for (const [feed] of [...stream.feeds]) feed(stream.epoch, message)
      return position
    },
    follow: async (name, feed) => {
      const entry: [Feed] = [feed]
      const { feeds } = use(name)
      feeds.add(entry)
      return () => void feeds.delete(entry)
    },
    read: async (name, offset, limit) => {
      const { epoch, offset: top, messages } = use(name)
      const found: StoredMessage[] = []
      let length = 0
      for (const message of messages) {
        if (message.offset <= offset) continue
        length += sizeOf(message)
        if (found.length >= limit.messages || length > limit.bytes) break
        found.push(message)
      }
      return { top: { epoch, offset: top }, messages: found }
    },
  }
}
