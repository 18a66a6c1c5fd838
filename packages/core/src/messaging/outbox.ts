/** The way of an encoded frame to the network: sent while the link accepts it, else queued and sent later in order. */

import { type Clock, setTimer } from '../base/clock.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportLink } from '../transport/transport.ts'
import { type Queue, type QueueRules, createQueue } from './queue.ts'

/**
 * `sent`: handed to an open connection, which does not mean that it has arrived. `queued`: sent when the connection accepts it.
 * `dropped`: it will not be sent; the `drop` event has the reason.
 */
export type SendResult = 'sent' | 'queued' | 'dropped'

/**
 * Why a message was dropped: the queue was `full`, it waited too long (`expired`), the client was `closed`, there was no connection
 * and it was not to be queued (`offline`), the platform `refused` it, or a reader of `messages()` was too `slow`.
 */
export type DropReason = 'full' | 'expired' | 'closed' | 'offline' | 'refused' | 'slow'

export interface OutboxHost {
  readonly clock: Clock
  readonly settings: {
    readonly queue: Readonly<QueueRules>
    /** Bytes in the buffer of the link above which messages are queued. */
    readonly highWaterMark: number
  }
  /** `openLink`: the link if it can send now. */
  readonly engine: { readonly openLink: TransportLink | undefined }
  dropped(message: unknown, reason: DropReason): void
  /** The number of queued messages is a part of the state. */
  readonly snapshots: { refresh(): void }
}

/** How often the buffer of a slow link is checked, in ms: a socket raises no event when its buffer has drained. */
const DRAIN_EVERY = 20

export class Outbox {
  private readonly _host: OutboxHost
  private readonly _queue: Queue<unknown>
  private _handle: unknown

  constructor(host: OutboxHost) {
    this._host = host
    this._queue = createQueue(host.settings.queue, (message, reason) => host.dropped(message, reason))
  }

  get size(): number {
    return this._queue.size()
  }

  send(message: unknown, frame: RawOutgoing, mayQueue: boolean): SendResult {
    const host = this._host
    const canQueue = mayQueue && host.settings.queue.limit
    const link = this.size ? undefined : canQueue ? this._fastLink() : host.engine.openLink
    let reason: DropReason = canQueue ? 'full' : 'offline'
    if (link) {
      try {
        link.send(frame)
        return 'sent'
      } catch {
        reason = 'refused'
      }
    } else if (canQueue) {
      const isQueued = this._queue.push(message, frame, host.clock.now())
      this._setTimer()
      if (isQueued) return 'queued'
    }
    host.dropped(message, reason)
    return 'dropped'
  }

  /** Sends queued messages as long as the link accepts them. */
  flush(): void {
    const { clock } = this._host
    // The message first: one that has expired is dropped, and a `drop` listener may end the connection.
    for (let next, link; (next = this._queue.first(clock.now())) && (link = this._fastLink());) {
      try {
        link.send(next.frame)
        this._queue.shift()
      } catch {
        this._queue.shift('refused') // it would block the messages behind it
      }
    }
    this._setTimer()
  }

  /** Drops all queued messages. */
  clear(): void {
    while (this.size) this._queue.shift('closed')
    this._setTimer()
  }

  /** The open link, unless its buffer is above the high water mark. A link that reports no `bufferedAmount` is never slow. */
  private _fastLink(): TransportLink | undefined {
    const { engine, settings } = this._host
    const { openLink } = engine
    return openLink && openLink.bufferedAmount > settings.highWaterMark ? undefined : openLink
  }

  /** One timer: the next check of a slow link, or the expiry of the oldest message. */
  private _setTimer(): void {
    const { clock, settings } = this._host
    const now = clock.now()
    const next = this._queue.first(now) // may drop messages, and a `drop` listener may send: before the timer is touched
    clock.clearTimeout(this._handle)
    if (next) {
      const delay = this._host.engine.openLink ? DRAIN_EVERY : settings.queue.ttl - Math.abs(now - next.since)
      this._handle = setTimer(clock, () => this.flush(), delay)
    }
    this._host.snapshots.refresh()
  }
}
