/** Streams in Redis: a counter and a log for each, and a cursor for each followed stream that shows whether pub/sub lost a message. */
import type { Position, Store } from '../store.ts'
import type { Commands, Subscriptions } from './connections/connections.ts'
import type { Channels, Keys } from './keys.ts'
import { publish as publishScript, read as readScript, tops as topsScript } from './scripts/streams.ts'

export interface StreamSettings {
  keys: Keys
  channels: Channels
  publishCommand: 'PUBLISH' | 'SPUBLISH'
  history: { messages: number; bytes: number; ms: number }
  /** How long a counter is kept after its last use. Much longer than the history. */
  counterMs: number
  newEpoch: () => string
}

/** How far the messages of a followed stream have arrived. */
interface Cursor {
  followers: number
  at: Position | undefined
}

/** How long an idempotency key of `publish` is kept. */
const KEY_MS = 300_000
/** Streams that one script looks up, so that Redis is not blocked for long. */
const BATCH = 100
/** Such scripts that are sent at once. In a cluster, most of them have one stream. */
const BATCHES = 100

export interface Streams extends Pick<Store, 'publish' | 'follow' | 'read'> {
  /**
   * Resolves to whether a followed stream is ahead of its cursor, twice in a row with `pause` between. Resets such cursors, so that each
   * loss is found once.
   */
  findAndResetBehind(pause: () => Promise<void>): Promise<boolean>
}

export const createStreams = (commands: Commands, subscriptions: Subscriptions, settings: StreamSettings): Streams => {
  const { keys, channels, publishCommand, history, counterMs, newEpoch } = settings
  const cursors = new Map<string, Cursor>()

  const advance = (cursor: Cursor, epoch: string, offset: number): void => {
    if (cursor.at?.epoch !== epoch || cursor.at.offset < offset) cursor.at = { epoch, offset }
  }

  /** Reads the newest positions from Redis; undefined for a stream that has none. */
  const readTops = async (streams: readonly string[]): Promise<Map<string, Position | undefined>> => {
    const found = new Map<string, Position | undefined>()
    const bySlot = new Map<number, string[]>()
    for (const stream of streams) {
      const slot = commands.slotOf(keys.streamMeta('', stream))
      const others = bySlot.get(slot)
      if (others) others.push(stream)
      else bySlot.set(slot, [stream])
    }
    const batches = [...bySlot.values()].flatMap((some) =>
      Array.from({ length: Math.ceil(some.length / BATCH) }, (_, i) => some.slice(i * BATCH, (i + 1) * BATCH)),
    )
    const readBatch = async (batch: readonly string[]): Promise<void> => {
      const keysOf = (runId: string): string[] => batch.map((stream) => keys.streamMeta(runId, stream))
      const answer = (await commands.run(topsScript, keysOf, [counterMs])) as string[]
      batch.forEach((stream, n) => {
        const epoch = answer[2 * n]
        found.set(stream, epoch ? { epoch, offset: Number(answer[2 * n + 1]) } : undefined)
      })
    }
    for (let i = 0; i < batches.length; i += BATCHES) await Promise.all(batches.slice(i, i + BATCHES).map(readBatch))
    return found
  }

  /** Returns the streams that are ahead of their cursors. A cursor without a position starts at the newest one. */
  const findBehind = async (streams: readonly string[]): Promise<string[]> => {
    const found = await readTops(streams)
    return streams.filter((stream) => {
      const cursor = cursors.get(stream)
      const top = found.get(stream)
      if (!cursor) return false
      if (!cursor.at) {
        cursor.at = top
        return false
      }
      return top?.epoch !== cursor.at.epoch || top.offset > cursor.at.offset
    })
  }

  return {
    async publish(stream, data, key) {
      const keysOf = (runId: string): string[] => [
        keys.streamMeta(runId, stream),
        keys.streamLog(runId, stream),
        ...(key === undefined ? [] : [keys.publishKey(stream, key)]),
      ]
      const { messages, bytes, ms } = history
      const args = [data, newEpoch(), messages, bytes, ms, counterMs, KEY_MS, channels.feed(stream), publishCommand]
      const [epoch, offset] = (await commands.run(publishScript, keysOf, args)) as [string, string]
      return { epoch, offset: Number(offset) }
    },

    async follow(stream, feed) {
      const unsubscribe = await subscriptions.subscribe(channels.feed(stream), (text) => {
        const first = text.indexOf(' ')
        const second = text.indexOf(' ', first + 1)
        const epoch = text.slice(0, first)
        const offset = Number(text.slice(first + 1, second))
        const cursor = cursors.get(stream)
        if (cursor) advance(cursor, epoch, offset)
        feed(epoch, { offset, data: text.slice(second + 1) })
      })
      const cursor = cursors.get(stream) ?? { followers: 0, at: undefined }
      cursor.followers++
      cursors.set(stream, cursor)
      let isFollowing = true
      return () => {
        if (!isFollowing) return
        isFollowing = false
        unsubscribe()
        if (--cursor.followers === 0 && cursors.get(stream) === cursor) cursors.delete(stream)
      }
    },

    async read(stream, offset, limit) {
      const keysOf = (runId: string): string[] => [keys.streamMeta(runId, stream), keys.streamLog(runId, stream)]
      const args = [newEpoch(), offset + 1, limit.messages, limit.bytes, counterMs]
      const answer = (await commands.run(readScript, keysOf, args)) as string[]
      const [epoch = '', top, ...rest] = answer
      const messages = []
      for (let i = 0; i < rest.length; i += 2) messages.push({ offset: Number(rest[i]), data: rest[i + 1] ?? '' })
      const cursor = cursors.get(stream)
      // A hub follows a stream before it reads, so it has everything up to this position and receives the rest.
      if (cursor && !cursor.at) cursor.at = { epoch, offset: Number(top) }
      return { top: { epoch, offset: Number(top) }, messages }
    },

    async findAndResetBehind(pause) {
      const suspects = await findBehind([...cursors.keys()])
      if (suspects.length === 0) return false
      await pause() // a message that was published just now may still be in transit
      const behind = await findBehind(suspects)
      for (const stream of behind) {
        const cursor = cursors.get(stream)
        if (cursor) cursor.at = undefined
      }
      return behind.length > 0
    },
  }
}
