/** The way of an encoded frame to the network: sent while the link accepts it, else queued and sent later in order. */

import { type Clock, monotonicNow, setTimer } from '../base/clock.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportLink } from '../transport/transport.ts'
import { type Queue, type QueueRules, createQueue } from './queue.ts'

/**
 * `sent`: handed to an open connection, which does not mean that it has arrived. `queued`: sent when the connection accepts it.
 * `dropped`: it will not be sent; the `drop` event has the reason.
 */
export type SendResult = 'sent' | 'queued' | 'dropped'

/**
 * Why a message was dropped: the queue was `full`, it waited too long (`expired`), the client was `closed` and no connection follows,
 * it could not be sent at once and was not to be queued (`offline`), the platform `refused` it or the transport cannot send, or a reader of `messages()` was too `slow`.
 */
export type DropReason = 'full' | 'expired' | 'closed' | 'offline' | 'refused' | 'slow'

export interface OutboxHost {
  readonly clock: Clock
  readonly settings: {
    readonly queue: Readonly<QueueRules>
    /** Bytes in the buffer of the link above which messages are queued. */
    readonly highWaterMark: number
  }
  readonly engine: {
    /** The link if it can send now. */
    readonly openLink: TransportLink | undefined
    /** Messages may wait for a connection. */
    readonly expectsConnection: boolean
    readonly watch: { sent(frame: RawOutgoing): void }
    checkLink(): void
  }
  readonly transport: { readonly readOnly?: boolean }
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
  /** The timer is that of a slow link. */
  private _isChecking = false

  constructor(host: OutboxHost) {
    this._host = host
    this._queue = createQueue(host.settings.queue, (message, reason) => host.dropped(message, reason))
  }

  get size(): number {
    return this._queue.size()
  }

  send(message: unknown, frame: RawOutgoing, mayQueue: boolean): SendResult {
    const { engine, settings, clock } = this._host
    const canQueue = mayQueue && settings.queue.limit
    engine.checkLink()
    // Without a link it would only drop expired messages, and what a `drop` listener sends would overtake this one.
    if (this.size && this._fastLink()) this.flush()
    // Nothing overtakes a message that waits.
    const link = this.size ? undefined : canQueue ? this._fastLink() : engine.openLink
    let reason: DropReason = 'offline'
    if (this._host.transport.readOnly) {
      reason = 'refused'
    } else if (link) {
      try {
        this._pass(link, frame)
        return 'sent'
      } catch {
        reason = 'refused'
      }
    } else if (!engine.expectsConnection) {
      reason = 'closed'
    } else if (canQueue) {
      const isQueued = this._queue.push(message, frame, monotonicNow(clock), !!engine.openLink)
      this._setTimer()
      // A `drop` listener may have called `close()`, which dropped this message, too.
      if (isQueued) return engine.expectsConnection ? 'queued' : 'dropped'
      reason = 'full'
    }
    this._host.dropped(message, reason)
    return 'dropped'
  }

  /** Sends queued messages as long as the link accepts them. */
  flush(): void {
    const { clock } = this._host
    // The message first: one that has expired is dropped, and a `drop` listener may end the connection.
    for (let next, link; (next = this._queue.first(monotonicNow(clock))) && (link = this._fastLink());) {
      this._queue.shift() // before it is sent, because a listener may send while some links send
      try {
        this._pass(link, next.frame)
      } catch {
        this._host.dropped(next.message, 'refused')
      }
    }
    this._setTimer()
  }

  /** Drops all queued messages. */
  clear(): void {
    while (this.size) this._queue.shift('closed')
    this._setTimer()
  }

  private _pass(link: TransportLink, frame: RawOutgoing): void {
    link.send(frame)
    this._host.engine.watch.sent(frame)
  }

  /** The open link, unless its buffer is above the high water mark. A link that reports no `bufferedAmount` is never slow. */
  private _fastLink(): TransportLink | undefined {
    const { engine, settings } = this._host
    const { openLink } = engine
    return openLink && openLink.bufferedAmount > settings.highWaterMark ? undefined : openLink
  }

  /**
   * One timer: the next check of a slow link, or the expiry of the oldest message. A check that is due stays due: an application that sends
   * more often than it would otherwise postpone it forever.
   */
  private _setTimer(): void {
    const { clock, settings, engine } = this._host
    const now = monotonicNow(clock)
    const next = this._queue.first(now) // may drop messages, and a `drop` listener may send: before the timer is touched
    const isSlow = !!engine.openLink
    if (!next || !isSlow || !this._isChecking) {
      clock.clearTimeout(this._handle)
      this._isChecking = !!next && isSlow
      const fired = (): void => {
        this._isChecking = false
        this.flush()
      }
      if (next) this._handle = setTimer(clock, fired, isSlow ? DRAIN_EVERY : settings.queue.ttl - (now - next.since))
    }
    this._host.snapshots.refresh()
  }
}
