/** The subscriptions of one client. Live messages are buffered before the history is read, so that no message falls in between. */

import type { HubContext } from '../context/hubContext.ts'
import type { ResumeResult } from '../protocol/decideResume.ts'
import { isName } from '../protocol/frames.ts'
import type { Position } from '../store/store.ts'
import { type JoiningStream, createJoiningStream, readHistories } from './histories.ts'
import { mapConcurrently } from './mapConcurrently.ts'
import type { StreamRegistry } from './streamRegistry.ts'
import { type Sink, Subscription, messageFrame } from './subscription.ts'

/** Streams that a client is about to join. Their live messages are buffered until `start`. */
export interface PendingJoin {
  readonly results: readonly (readonly [stream: string, result: ResumeResult])[]
  /** Replays the missed messages, then sends the buffered and the live ones. */
  start(): void
}

type RequestedStream = readonly [stream: string, pos: Position | undefined]

export interface Subscriptions {
  /** The newest offset of each joined stream, for the `ping` frame. */
  tops(): Record<string, number>
  /** @param requested streams, with the positions to resume from. Rejects, and joins none, when the store fails */
  join(requested: Iterable<RequestedStream>): Promise<PendingJoin>
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

/** A denied client learns nothing about the stream, so the result has no position. */
const DENIED: ResumeResult = ['-', 0, 'lost', 'denied']

/** How many calls of `authorize` of one client run at once. */
const AUTHORIZATIONS = 32

export const createSubscriptions = (options: SubscriptionsOptions): Subscriptions => {
  const { context, streams, sink, isAllowed, onChange, onJoin } = options
  const { limits, stats } = context
  const subscriptions = new Map<string, Subscription>()
  const bufferLimits = { messages: limits.replayMessages, bytes: limits.replayBytes }
  let ended = false

  const notifyChange = (): void => onChange([...subscriptions.keys()])
  const release = (subscription: Subscription): void => {
    const { stream } = subscription
    if (subscriptions.get(stream) === subscription && subscriptions.delete(stream)) notifyChange()
    streams.remove(subscription)
  }
  /** Resolves once the subscription receives every later message. */
  const attach = async (stream: string, pos: Position | undefined): Promise<JoiningStream> => {
    const earlier = subscriptions.get(stream)
    if (earlier) release(earlier)
    const subscription = new Subscription(stream, sink, bufferLimits)
    subscription.startBuffering()
    subscriptions.set(stream, subscription)
    await streams.add(subscription) // R1
    return createJoiningStream(subscription, pos)
  }
  /** Attaches all at once. If one fails, releases all of them after the others have settled, and rejects. */
  const attachAll = async (requested: readonly RequestedStream[]): Promise<JoiningStream[]> => {
    const attaching = requested.map(([stream, pos]) => attach(stream, pos))
    const added = requested.map(([stream]) => subscriptions.get(stream)!)
    notifyChange()
    const results = await Promise.allSettled(attaching)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed || ended) for (const subscription of added) release(subscription)
    if (failed) throw failed.reason
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }
  /** The requested streams that are within the limit. `authorize` is not called for the others. */
  const withinLimit = (requested: readonly RequestedStream[]): RequestedStream[] => {
    let free = limits.streams - subscriptions.size
    return requested
      .filter(([stream]) => subscriptions.has(stream) || free-- > 0)
      .slice(0, limits.streams)
      .filter(([stream]) => isName(stream))
  }
  const prepare = async (
    requested: readonly RequestedStream[],
  ): Promise<{ entries: readonly JoiningStream[]; denied: readonly string[] }> => {
    const candidates = withinLimit(requested)
    const answers = await mapConcurrently(candidates, AUTHORIZATIONS, ([stream]) => isAllowed(stream))
    const allowed = candidates.filter((_, index) => answers[index])
    const names = new Set(allowed.map(([stream]) => stream))
    const denied = requested.map(([stream]) => stream).filter((stream) => !names.has(stream))
    if (ended) return { entries: [], denied }
    const entries = await attachAll(allowed)
    try {
      await readHistories(context, streams, entries, () => ended)
    } catch (error) {
      for (const { subscription } of entries) release(subscription)
      throw error
    }
    return { entries, denied }
  }
  const start = ({ subscription, pos, history, result }: JoiningStream): void => {
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
      const { entries, denied } = await prepare([...requested])
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
