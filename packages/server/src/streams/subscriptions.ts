/** The subscriptions of one client. Live messages are buffered before the history is read, so that no message falls in between. */

import type { HubContext } from '../context/hubContext.ts'
import type { ResumeResult } from '../protocol/decideResume.ts'
import type { Position } from '../store/store.ts'
import { type JoiningStream, createJoiningStream, readHistories } from './histories.ts'
import { mapConcurrently } from './mapConcurrently.ts'
import type { StreamRegistry } from './streamRegistry.ts'
import { type Sink, Subscription } from './subscription.ts'

/** Streams that a client is about to join. Their live messages are buffered until `start`. */
export interface PendingJoin {
  readonly results: readonly (readonly [stream: string, result: ResumeResult])[]
  /** Replays the missed messages, then sends the buffered and the live ones. */
  start(): void
}

type RequestedStream = readonly [stream: string, pos: Position | undefined]

/** The client of the subscriptions. */
export interface SubscriptionsHost {
  readonly sink: Sink
  /** Whether the client may join the stream. */
  isAllowed(stream: string): Promise<boolean>
  /** A stream was joined and its replay is sent. */
  onJoin(stream: string): void
}

/** A denied client learns nothing about the stream, so the result has no position. */
const DENIED: ResumeResult = ['-', 0, 'lost', 'denied']

/** How many calls of `authorize` of one client run at once. */
const AUTHORIZATIONS = 32

const NO_STREAMS: ReadonlyMap<string, Subscription> = new Map()

export class Subscriptions {
  private readonly _context: HubContext
  private readonly _streams: StreamRegistry
  private readonly _host: SubscriptionsHost
  /** By stream. Created with the first one. */
  private _subscriptions: Map<string, Subscription> | undefined
  private _hasEnded = false

  constructor(context: HubContext, streams: StreamRegistry, host: SubscriptionsHost) {
    this._context = context
    this._streams = streams
    this._host = host
  }

  /** The joined streams. */
  names(): string[] {
    return [...this._all().keys()]
  }

  /** The newest offset of each joined stream, for the `ping` frame. */
  tops(): Record<string, number> {
    const tops: [string, number][] = []
    for (const stream of this._all().keys()) {
      const position = this._streams.get(stream)?.position
      if (position) tops.push([stream, position.offset])
    }
    return Object.fromEntries(tops)
  }

  /** @param requested streams, with the positions to resume from. Rejects, and joins none, when the store fails */
  async join(requested: Iterable<RequestedStream>): Promise<PendingJoin> {
    const { entries, denied } = await this._prepare([...requested])
    return {
      results: [
        ...entries.map(({ subscription, result }) => [subscription.stream, result] as const),
        ...denied.map((stream) => [stream, DENIED] as const),
      ],
      start: () => {
        for (const entry of entries) this._start(entry)
      },
    }
  }

  /** Returns false if the stream was not joined. */
  leave(stream: string): boolean {
    const subscription = this._all().get(stream)
    if (subscription) this._release(subscription)
    return subscription !== undefined
  }

  /** Leaves all streams permanently. Returns their names. */
  end(): string[] {
    this._hasEnded = true
    const names = this.names()
    for (const subscription of [...this._all().values()]) this._release(subscription)
    return names
  }

  private _all(): ReadonlyMap<string, Subscription> {
    return this._subscriptions ?? NO_STREAMS
  }

  private _release(subscription: Subscription): void {
    const { stream } = subscription
    if (this._all().get(stream) === subscription) this._subscriptions?.delete(stream)
    this._streams.remove(subscription)
  }

  /** Resolves once the subscription receives every later message. */
  private async _attach(stream: string, pos: Position | undefined): Promise<JoiningStream> {
    const subscriptions = (this._subscriptions ??= new Map())
    const earlier = subscriptions.get(stream)
    if (earlier) this._release(earlier)
    const subscription = new Subscription(stream, this._host.sink, this._context.limits)
    subscription.startBuffering()
    subscriptions.set(stream, subscription)
    await this._streams.add(subscription) // R1
    return createJoiningStream(subscription, pos)
  }

  /** Attaches all at once. If one fails, releases all of them after the others have settled, and rejects. */
  private async _attachAll(requested: readonly RequestedStream[]): Promise<JoiningStream[]> {
    const attaching = requested.map(([stream, pos]) => this._attach(stream, pos))
    const added = requested.map(([stream]) => this._all().get(stream)!)
    const results = await Promise.allSettled(attaching)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) {
      for (const subscription of added) this._release(subscription)
      throw failed.reason
    }
    return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  }

  /** The requested streams that are within the limit. `authorize` is not called for the others. */
  private _withinLimit(requested: readonly RequestedStream[]): RequestedStream[] {
    const joined = this._all()
    let free = this._context.limits.streams - joined.size
    return requested.filter(([stream]) => joined.has(stream) || free-- > 0)
  }

  private async _prepare(
    requested: readonly RequestedStream[],
  ): Promise<{ entries: readonly JoiningStream[]; denied: readonly string[] }> {
    const candidates = this._withinLimit(requested)
    const answers = await mapConcurrently(candidates, AUTHORIZATIONS, ([stream]) => this._host.isAllowed(stream))
    const allowed = candidates.filter((_, index) => answers[index])
    const names = new Set(allowed.map(([stream]) => stream))
    const denied = requested.map(([stream]) => stream).filter((stream) => !names.has(stream))
    if (this._hasEnded) return { entries: [], denied }
    const entries = await this._attachAll(allowed)
    try {
      await readHistories(this._context, this._streams, entries, () => this._hasEnded)
    } catch (error) {
      for (const { subscription } of entries) this._release(subscription)
      throw error
    }
    return { entries, denied }
  }

  private _start({ subscription, pos, history, result }: JoiningStream): void {
    if (this._hasEnded) return
    const { stats } = this._context
    const [, , state] = result
    if (state === 'lost') stats.losts++
    if (pos && state === 'resumed') {
      this._host.sink.replay(subscription.stream, history.messages)
      stats.replayed += history.messages.length
    }
    subscription.goLive(history.top)
    this._host.onJoin(subscription.stream)
  }
}
