/** Streams in Redis: a counter and a log for each, one script for each publish, and a look now and then at whether all was heard. */
import type { Feed, History, Position, Store } from '../store.ts'
import type { Commands } from './commands.ts'
import { publish, read, tops } from './streamScripts.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface StreamSettings {
  prefix: string
  history: { messages: number; bytes: number; ms: number }
  /** How long a counter lives after its last use: far longer than the history. */
  counterMs: number
  newEpoch: () => string
}

/** What is heard of one followed stream. */
interface Ear {
  holders: number
  at: Position | undefined
}

const KEY_MS = 300_000
/** Streams looked at in one script, so that Redis is not held up. */
const AT_ONCE = 100

export interface Streams extends Pick<Store, 'publish' | 'follow' | 'read'> {
  /** Whether some followed stream is further in Redis than what was heard of it, twice in a row with `pause` between. */
  behind(pause: () => Promise<void>): Promise<boolean>
}

export function createStreams(commands: Commands, subscriptions: Subscriptions, settings: StreamSettings): Streams {
  const { prefix, history, counterMs, newEpoch } = settings
  const ears = new Map<string, Ear>()

  // Braces: were this a cluster, a stream's keys would share a slot.
  const meta = (life: string, stream: string): string => `${prefix}${life}:{${stream}}:meta`
  const log = (life: string, stream: string): string => `${prefix}${life}:{${stream}}:log`
  const channel = (stream: string): string => `${prefix}feed:${stream}`

  function hear(ear: Ear, epoch: string, offset: number): void {
    if (ear.at?.epoch !== epoch || ear.at.offset < offset) ear.at = { epoch, offset }
  }

  /** Where the followed streams are in Redis; undefined for those that are nowhere. */
  async function look(streams: readonly string[]): Promise<Map<string, Position | undefined>> {
    const found = new Map<string, Position | undefined>()
    for (let i = 0; i < streams.length; i += AT_ONCE) {
      const some = streams.slice(i, i + AT_ONCE)
      const answer = (await commands.run(tops, (life) => some.map((stream) => meta(life, stream)), [
        counterMs,
      ])) as string[]
      some.forEach((stream, n) => {
        const epoch = answer[2 * n]
        found.set(stream, epoch ? { epoch, offset: Number(answer[2 * n + 1]) } : undefined)
      })
    }
    return found
  }

  /** Streams whose top was not heard. A stream of which nothing is known yet is taken as it is. */
  async function unheard(streams: readonly string[]): Promise<string[]> {
    const found = await look(streams)
    return streams.filter((stream) => {
      const ear = ears.get(stream)
      const top = found.get(stream)
      if (!ear) return false
      if (!ear.at) {
        ear.at = top
        return false
      }
      return top?.epoch !== ear.at.epoch || top.offset > ear.at.offset
    })
  }

  return {
    async publish(stream, data, key) {
      const keys = (life: string): string[] => [
        meta(life, stream),
        log(life, stream),
        ...(key === undefined ? [] : [`${prefix}key:${stream.length}:{${stream}}:${key}`]),
      ]
      const args = [data, newEpoch(), history.messages, history.bytes, history.ms, counterMs, KEY_MS, channel(stream)]
      const [epoch, offset] = (await commands.run(publish, keys, args)) as [string, string]
      return { epoch, offset: Number(offset) }
    },

    async follow(stream, feed: Feed) {
      const out = await subscriptions.hold(channel(stream), (text) => {
        const first = text.indexOf(' ')
        const second = text.indexOf(' ', first + 1)
        const epoch = text.slice(0, first)
        const offset = Number(text.slice(first + 1, second))
        const ear = ears.get(stream)
        if (ear) hear(ear, epoch, offset)
        feed(epoch, { offset, data: text.slice(second + 1) })
      })
      const ear = ears.get(stream) ?? { holders: 0, at: undefined }
      ear.holders++
      ears.set(stream, ear)
      let held = true
      return () => {
        if (!held) return
        held = false
        out()
        if (--ear.holders === 0 && ears.get(stream) === ear) ears.delete(stream)
      }
    },

    async read(stream, offset, limit): Promise<History> {
      const keys = (life: string): string[] => [meta(life, stream), log(life, stream)]
      const answer = (await commands.run(read, keys, [
        newEpoch(),
        offset + 1,
        limit.messages,
        limit.bytes,
        counterMs,
      ])) as string[]
      const [epoch = '', top, ...rest] = answer
      const messages = []
      for (let i = 0; i < rest.length; i += 2) messages.push({ offset: Number(rest[i]), data: rest[i + 1] ?? '' })
      const ear = ears.get(stream)
      // Whoever reads after following has all up to here, and will hear the rest.
      if (ear && !ear.at) ear.at = { epoch, offset: Number(top) }
      return { top: { epoch, offset: Number(top) }, messages }
    },

    async behind(pause) {
      const suspects = await unheard([...ears.keys()])
      if (suspects.length === 0) return false
      await pause() // what was published just now may still be on its way
      const sure = await unheard(suspects)
      for (const stream of sure) {
        const ear = ears.get(stream)
        if (ear) ear.at = undefined
      }
      return sure.length > 0
    },
  }
}
