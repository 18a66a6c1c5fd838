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
  /** A stream was joined and its replay is sent. Not called again when the client joins the stream once more. */
  onJoin(stream: string): void
  /** A joined stream was left. Called once for each `onJoin`. @param mayReturn whether the client may resume */
  onLeave(stream: string, mayReturn: boolean): void
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
    return [...this._all().values()].filter(({ isJoined }) => isJoined).map(({ stream }) => stream)
  }

  /** Whether the stream is joined, or its join has begun. */
  has(stream: string): boolean {
    return this._all().has(stream)
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

  /**
   * Rejects when the store fails: the caller then closes the link.
   *
   * @param requested streams, with the positions to resume from
   * @param onAuthorized called before the store is asked for the streams
   */
  async join(requested: Iterable<RequestedStream>, onAuthorized?: () => void): Promise<PendingJoin> {
    const { entries, denied } = await this._prepare([...requested], onAuthorized)
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

  leave(stream: string): void {
    const subscription = this._all().get(stream)
    if (!subscription) return
    this._release(subscription)
    if (subscription.isJoined) this._host.onLeave(stream, false)
  }

  /** Leaves all streams permanently. */
  end(mayReturn: boolean): void {
    this._hasEnded = true
    const joined = this.names()
    for (const subscription of [...this._all().values()]) this._release(subscription)
    for (const stream of joined) this._host.onLeave(stream, mayReturn)
  }

  private _all(): ReadonlyMap<string, Subscription> {
    return this._subscriptions ?? NO_STREAMS
  }

  private _isCurrent(subscription: Subscription): boolean {
    return this._all().get(subscription.stream) === subscription
  }

  private _release(subscription: Subscription): void {
    if (this._isCurrent(subscription)) this._subscriptions?.delete(subscription.stream)
    this._streams.remove(subscription)
  }

  /** Resolves once the subscription receives every later message. */
  private async _attach(stream: string, pos: Position | undefined): Promise<JoiningStream> {
    const subscriptions = (this._subscriptions ??= new Map())
    const earlier = subscriptions.get(stream)
    if (earlier) this._release(earlier)
    const subscription = new Subscription(stream, this._host.sink, this._context.limits, earlier?.isJoined)
    subscription.startBuffering()
    subscriptions.set(stream, subscription)
    await this._streams.add(subscription) // R1
    return createJoiningStream(subscription, pos)
  }

  /** The requested streams that are within the limit. `authorize` is not called for the others. */
  private _withinLimit(requested: readonly RequestedStream[]): RequestedStream[] {
    const joined = this._all()
    let free = this._context.limits.streams - joined.size
    return requested.filter(([stream]) => joined.has(stream) || free-- > 0)
  }

  private async _prepare(
    requested: readonly RequestedStream[],
    onAuthorized?: () => void,
  ): Promise<{ entries: readonly JoiningStream[]; denied: readonly string[] }> {
    const candidates = this._withinLimit(requested)
    const answers = await mapConcurrently(candidates, AUTHORIZATIONS, ([stream]) => this._host.isAllowed(stream))
    onAuthorized?.()
    const allowed = candidates.filter((_, index) => answers[index])
    const names = new Set(allowed.map(([stream]) => stream))
    const denied = requested.map(([stream]) => stream).filter((stream) => !names.has(stream))
    for (const stream of denied) this.leave(stream)
    if (this._hasEnded) return { entries: [], denied }
    // If one fails, the link is closed, and its end releases them all. So a joined stream is left then.
    const entries = await Promise.all(allowed.map(([stream, pos]) => this._attach(stream, pos)))
    await readHistories(this._context, this._streams, entries, () => this._hasEnded)
    return { entries, denied }
  }

  private _start({ subscription, pos, history, result }: JoiningStream): void {
    // A listener of `connection` or `join` may have left the stream, or closed the link.
    if (!this._isCurrent(subscription)) return
    const { stats } = this._context
    const [, , state] = result
    if (state === 'lost') stats.losts++
    if (pos && state === 'resumed') {
      this._host.sink.replay(subscription.stream, history.messages)
      stats.replayed += history.messages.length
    }
    subscription.goLive(history.top)
    if (subscription.isJoined) return
    subscription.isJoined = true
    this._host.onJoin(subscription.stream)
  }
}
