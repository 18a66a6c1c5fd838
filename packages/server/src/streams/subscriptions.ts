/** The subscriptions of one client. Live messages are buffered before the history is read, so that no message falls in between. */

import type { HubContext } from '../context/hubContext.ts'
import { type ResumeResult, decideResume } from '../protocol/decideResume.ts'
import { isName } from '../protocol/frames.ts'
import type { History, Position } from '../store/store.ts'
import type { StreamRegistry } from './streamRegistry.ts'
import { type Sink, Subscription, messageFrame } from './subscription.ts'

/** Streams that a client is about to join. Their live messages are buffered until `start`. */
export interface PendingJoin {
  readonly results: readonly (readonly [stream: string, result: ResumeResult])[]
  /** Replays the missed messages, then sends the buffered and the live ones. */
  start(): void
}

export interface Subscriptions {
  /** The newest offset of each joined stream, for the `ping` frame. */
  tops(): Record<string, number>
  /** @param requested streams, with the positions to resume from. Rejects, and joins none, when the store fails */
  join(requested: Iterable<readonly [stream: string, pos: Position | undefined]>): Promise<PendingJoin>
  /** Returns false if the stream was not joined. */
  leave(stream: string): boolean
  /** Leaves all streams permanently. Returns their names. */
  end(): readonly string[]
}

export interface SubscriptionsOptions {
  context: HubContext
  streams: StreamRegistry
  sink: Sink
  /** Whether the client may join the stream. */
  isAllowed(stream: string): Promise<boolean>
  /** The list of joined streams has changed. */
  onChange(streams: readonly string[]): void
  /** A stream was joined and its replay is sent. */
  onJoin(stream: string): void
}

interface Entry {
  subscription: Subscription
  pos: Position | undefined
  history: History
  result: ResumeResult
}

/** A denied client learns nothing about the stream, so the result has no position. */
const DENIED: ResumeResult = ['-', 0, 'lost', 'denied']

/** The values of an entry until its history is read. It uses nothing of the replay limits. */
const NOT_READ: Pick<Entry, 'history' | 'result'> = {
  history: { top: { epoch: '-', offset: 0 }, messages: [] },
  result: ['-', 0, 'fresh'],
}

const replaySize = ({ result, history }: Entry): { messages: number; bytes: number } => {
  const [, , state] = result
  if (state !== 'resumed') return { messages: 0, bytes: 0 }
  const bytes = history.messages.reduce((sum, { data }) => sum + Buffer.byteLength(data), 0)
  return { messages: history.messages.length, bytes }
}

export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { context, streams, sink, isAllowed, onChange, onJoin } = options
  const { store, limits, stats } = context
  const subscriptions = new Map<string, Subscription>()
  const bufferLimits = { messages: limits.replayMessages, bytes: limits.replayBytes }
  let ended = false

  const notifyChange = (): void => onChange([...subscriptions.keys()])
  const release = (subscription: Subscription): void => {
    const { stream } = subscription
    if (subscriptions.get(stream) === subscription && subscriptions.delete(stream)) notifyChange()
    streams.remove(subscription)
  }
  const attach = async (stream: string): Promise<Subscription> => {
    const earlier = subscriptions.get(stream)
    if (earlier) release(earlier)
    const subscription = new Subscription(stream, sink, bufferLimits)
    subscription.startBuffering()
    subscriptions.set(stream, subscription)
    notifyChange()
    try {
      await streams.add(subscription) // R1
    } catch (error) {
      subscriptions.delete(stream)
      notifyChange()
      throw error
    }
    if (ended) release(subscription)
    return subscription
  }
  /** The part of the replay limits that the other streams leave to an entry. */
  const remainingLimit = (entries: readonly Entry[], entry: Entry): { messages: number; bytes: number } => {
    let messages = limits.replayMessages
    let bytes = limits.replayBytes
    for (const other of entries) {
      if (other === entry) continue
      const size = replaySize(other)
      messages -= size.messages
      bytes -= size.bytes
    }
    return { messages, bytes }
  }
  const readHistory = async (entries: readonly Entry[], entry: Entry): Promise<void> => {
    const { subscription, pos } = entry
    subscription.startBuffering()
    const limit = pos ? remainingLimit(entries, entry) : { messages: 0, bytes: 0 }
    const history = await store.read(subscription.stream, pos?.offset ?? 0, limit)
    const result = decideResume(pos, history)
    const [epoch, offset, state, reason] = result
    const isReduced = limit.messages < limits.replayMessages || limit.bytes < limits.replayBytes
    // No message was read: all are trimmed, or the limit is too small. With a limit that other streams reduced, it counts as `limit`.
    const isLimit = reason === 'trimmed' && history.messages.length === 0 && isReduced
    entry.history = history
    entry.result = isLimit ? [epoch, offset, state, 'limit'] : result
    streams.get(subscription.stream)?.recordTop(history.top)
  }
  const prepare = async (
    requested: Iterable<readonly [string, Position | undefined]>,
  ): Promise<{ entries: readonly Entry[]; denied: readonly string[] }> => {
    const entries: Entry[] = []
    const denied: string[] = []
    let count = 0
    try {
      for (const [stream, pos] of requested) {
        const canAttach = subscriptions.has(stream) || subscriptions.size < limits.streams
        if (canAttach) count++
        // Beyond the limit, `authorize` is not called at all.
        const isWithinLimit = canAttach && count <= limits.streams
        if (!isWithinLimit || !isName(stream) || !(await isAllowed(stream))) denied.push(stream)
        else entries.push({ subscription: await attach(stream), pos, ...NOT_READ })
      }
      for (const entry of entries) await readHistory(entries, entry)
      const findStale = (): Entry | undefined => entries.find(({ subscription }) => subscription.isStale)
      // Live messages may have overflowed the buffer meanwhile. Once `hello` is done, the end of the link stops a loop that does not settle.
      for (let stale = findStale(); stale && !ended; stale = findStale()) await readHistory(entries, stale)
      return { entries, denied }
    } catch (error) {
      for (const { subscription } of entries) release(subscription)
      throw error
    }
  }
  const start = ({ subscription, pos, history, result }: Entry): void => {
    if (ended) return
    const [, , state] = result
    if (state === 'lost') stats.losts++
    if (pos && state === 'resumed') {
      for (const message of history.messages) {
        sink.message(messageFrame(subscription.stream, message, true), message.data)
      }
      stats.replayed += history.messages.length
    }
    subscription.goLive(history.top)
    onJoin(subscription.stream)
  }
  return {
    tops: () => {
      const tops: [string, number][] = []
      for (const stream of subscriptions.keys()) {
        const position = streams.get(stream)?.position
        if (position) tops.push([stream, position.offset])
      }
      return Object.fromEntries(tops)
    },
    join: async (requested) => {
      const { entries, denied } = await prepare(requested)
      return {
        results: [
          ...entries.map(({ subscription, result }) => [subscription.stream, result] as const),
          ...denied.map((stream) => [stream, DENIED] as const),
        ],
        start: () => {
          for (const entry of entries) start(entry)
        },
      }
    },
    leave: (stream) => {
      const subscription = subscriptions.get(stream)
      if (subscription) release(subscription)
      return subscription !== undefined
    },
    end: () => {
      ended = true
      const names = [...subscriptions.keys()]
      for (const subscription of [...subscriptions.values()]) release(subscription)
      return names
    },
  }
}
