/** Streams in memory: an epoch, a counter, a bounded history and the feeds of the followers. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { createKeyRecords } from './keyRecords.ts'
import type { Evicted, Feed, Position, Store, StoredMessage } from '../store.ts'

interface Stream {
  readonly epoch: string
  offset: number
  messages: StoredMessage[]
  bytes: number
  readonly feeds: Set<[feed: Feed]>
}

export interface MemoryStreamsOptions {
  clock: Clock
  history: { messages: number; bytes: number }
  /** The most streams without followers. */
  streams: number
  /** The most bytes of all histories. */
  bytes: number
  /** The most bytes of the idempotency keys of one stream, and of all. */
  streamKeyBytes: number
  keyBytes: number
  onEvict(kind: Evicted): void
}

/** How long an idempotency key of `publish` is kept, in ms. */
const KEY_MS = 300_000

const sizeOf = (message: StoredMessage): number => Buffer.byteLength(message.data)

const createStream = (): Stream => ({
  epoch: randomBytes(9).toString('base64url'),
  offset: 0,
  messages: [],
  bytes: 0,
  feeds: new Set(),
})

export const createMemoryStreams = (options: MemoryStreamsOptions): Pick<Store, 'publish' | 'follow' | 'read'> => {
  const { clock, history } = options
  const followed = new Map<string, Stream>()
  /** The streams without followers. The least recently used one comes first. */
  const unfollowed = new Map<string, Stream>()
  /** The streams with a history. The least recently used one comes first. */
  const histories = new Map<string, Stream>()
  /** They are kept apart from the streams, so that a key is valid as long as promised, also after its stream was removed. */
  const keys = createKeyRecords({
    clock,
    ms: KEY_MS,
    bytes: options.keyBytes,
    ownerBytes: options.streamKeyBytes,
    shorten: (position) => position,
    onEvict: () => options.onEvict('key'),
  })
  let bytes = 0

  const moveToEnd = (streams: Map<string, Stream>, name: string, stream: Stream): void => {
    streams.delete(name)
    streams.set(name, stream)
  }
  const find = (name: string): Stream => followed.get(name) ?? unfollowed.get(name) ?? createStream()
  /** Returns the stream, created if necessary, and marks it as the most recently used. */
  const use = (name: string): Stream => {
    const stream = find(name)
    if (stream.feeds.size === 0) keepUnfollowed(name, stream)
    if (histories.has(name)) moveToEnd(histories, name, stream)
    return stream
  }
  /** Above the limit, removes the least recently used of the others. A later stream of that name gets a new epoch, so clients notice. */
  const keepUnfollowed = (name: string, stream: Stream): void => {
    moveToEnd(unfollowed, name, stream)
    if (unfollowed.size <= options.streams) return
    for (const [oldest, { bytes: size }] of unfollowed) {
      bytes -= size
      unfollowed.delete(oldest)
      histories.delete(oldest)
      options.onEvict('stream')
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
    for (const [name, oldest] of histories) {
      while (bytes > options.bytes && oldest.messages.length > 0) removeOldest(oldest)
      if (oldest.messages.length === 0) histories.delete(name)
      if (bytes <= options.bytes) return
    }
  }
  return {
    publish: async (name, data, key) => {
      const known = key === undefined ? undefined : keys.get(name, key)
      if (known !== undefined) return JSON.parse(known) as Position
      const stream = use(name)
      const message = { offset: ++stream.offset, data }
      stream.messages.push(message)
      stream.bytes += sizeOf(message)
      bytes += sizeOf(message)
      moveToEnd(histories, name, stream)
      trim(stream)
      const position = { epoch: stream.epoch, offset: message.offset }
      if (key !== undefined) keys.set(name, key, JSON.stringify(position))
      for (const [feed] of [...stream.feeds]) feed(stream.epoch, message)
      return position
    },
    follow: async (name, feed) => {
      const entry: [Feed] = [feed]
      const stream = find(name)
      stream.feeds.add(entry)
      unfollowed.delete(name)
      followed.set(name, stream)
      return () => {
        if (!stream.feeds.delete(entry) || stream.feeds.size > 0) return
        followed.delete(name)
        keepUnfollowed(name, stream)
      }
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
