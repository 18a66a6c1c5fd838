/** Streams in memory: a count, a life, a bounded history, and who listens. */

import { randomBytes } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import { expiring } from './ttlMap.ts'
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

/** How long an idempotency key of `publish` is remembered, and how many of a stream. */
const KEY_MS = 300_000
const KEYS = 1000

export const createMemoryStreams = (options: MemoryStreamsOptions): Pick<Store, 'publish' | 'follow' | 'read'> => {
  const { clock, history } = options
  /** The one used longest ago comes first. */
  const streams = new Map<string, Stream>()
  let bytes = 0

  const drop = (stream: Stream): void => {
    bytes -= size(stream.messages.shift()!)
  }
  /** Two bytes a character at worst, and the object around it. */
  const size = (message: StoredMessage): number => Buffer.byteLength(message.data)

  const use = (name: string): Stream => {
    const stream = streams.get(name) ?? create()
    streams.delete(name)
    streams.set(name, stream)
    if (streams.size > options.streams) forget()
    return stream
  }
  const create = (): Stream => ({
    epoch: randomBytes(9).toString('base64url'),
    offset: 0,
    messages: [],
    bytes: 0,
    feeds: new Set(),
    keys: new Map(),
  })
  /** What comes again later under the name has another epoch, so that nobody goes on unawares. */
  const forget = (): void => {
    for (const [name, stream] of streams) {
      if (stream.feeds.size > 0) continue
      for (const message of stream.messages) bytes -= size(message)
      streams.delete(name)
      return
    }
  }
  const trim = (stream: Stream): void => {
    while (stream.messages.length > history.messages || stream.bytes > history.bytes) {
      stream.bytes -= size(stream.messages[0]!)
      drop(stream)
    }
    for (const oldest of streams.values()) {
      if (bytes <= options.bytes) return
      while (bytes > options.bytes && oldest.messages.length > 0) {
        oldest.bytes -= size(oldest.messages[0]!)
        drop(oldest)
      }
    }
  }
  return {
    publish: async (name, data, key) => {
      const stream = use(name)
      const keys = expiring(stream.keys, clock, KEYS)
      const known = key === undefined ? undefined : keys.get(key)
      if (known) return known
      const message = { offset: ++stream.offset, data }
      stream.messages.push(message)
      stream.bytes += size(message)
      bytes += size(message)
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
        length += size(message)
        if (found.length >= limit.messages || length > limit.bytes) break
        found.push(message)
      }
      return { top: { epoch, offset: top }, messages: found }
    },
  }
}
