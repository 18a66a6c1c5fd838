/** An accepted client of either kind: its `Connection` for the application, and its streams. */

import type { Link } from '../connection/link.ts'
import type { TextFrame } from '../connection/textFrame.ts'
import { askPermission, ignoreRejection } from '../context/callbacks.ts'
import type { Connection, User } from '../context/hubEvents.ts'
import { setFailure } from '../context/listenerErrors.ts'
import type { ResumeResult } from '../protocol/decideResume.ts'
import type { Position } from '../store/store.ts'
import type { Sink } from '../streams/subscription.ts'
import { type PendingJoin, Subscriptions, type SubscriptionsHost } from '../streams/subscriptions.ts'
import { type Caller, ClientConnection, type ConnectionHost } from './clientConnection.ts'
import { closeAtExpiry } from './closeAtExpiry.ts'
import type { PeerHost } from './peer.ts'
import { TaskQueue } from './taskQueue.ts'

/** Sends to a client, in its format. */
export interface ClientSink extends Sink {
  /** Sends a message that belongs to no stream. @param data JSON text */
  emit(data: string): void
  /** The client or the application has joined a stream. */
  joined(stream: string, result: ResumeResult): void
  /** Sends the `pres` frames of one list, or of one set of changes. */
  presence(frames: readonly TextFrame[]): void
}

export class ClientHandle implements ConnectionHost, SubscriptionsHost {
  readonly link: Link
  readonly sessionId: string | undefined
  readonly sink: ClientSink
  readonly connection: Connection
  readonly subscriptions: Subscriptions
  private readonly _host: PeerHost
  private _user: User
  private _cancelExpiry: (() => void) | undefined
  /** Joins and leaves run one after the other. Most clients need no queue, so it is created on first use. */
  private _queue: TaskQueue | undefined

  constructor(host: PeerHost, link: Link, sink: ClientSink, user: User, sessionId?: string) {
    this.link = link
    this.sessionId = sessionId
    this.sink = sink
    this._host = host
    this._user = user
    this.connection = new ClientConnection(this)
    this.subscriptions = new Subscriptions(host.context, host.streams, this)
  }

  get id(): string {
    return `${this._host.context.name}:${this.link.number}`
  }

  get user(): User {
    return this._user
  }

  /** Replaces the user, after a fresh token. Presence shows another `info` of it. Closes the link when the token expires. */
  renew(user: User): void {
    const isChanged = JSON.stringify(user.info) !== JSON.stringify(this._user.info)
    this._user = user
    if (isChanged) for (const stream of this.subscriptions.names()) this._host.presence.update(stream, this)
    this._cancelExpiry?.()
    this._cancelExpiry = this.link.open ? closeAtExpiry(this._host.context, this.link, user) : undefined
  }

  /** Emits `connection`, and `resume` for a resumed session. Then releases the request. */
  announce(isResumed: boolean): void {
    const { events, options } = this._host.context
    this.renew(this._user)
    const running = [
      events.emitSettled('connection', this.connection),
      isResumed ? events.emitSettled('resume', this.connection) : undefined,
    ].filter((settled) => settled !== undefined)
    const needsRequest = options.authenticate !== undefined && !this.link.plain
    if (options.keepRequest || needsRequest) return
    if (running.length === 0) this.link.releaseRequest()
    else void Promise.all(running).then(() => this.link.releaseRequest())
  }

  /** Joins for the application. A stream that is joined continues where it is: to join it again would skip messages. */
  join(stream: string): Promise<void> {
    return this._enqueue('application', async () => {
      if (!this.subscriptions.has(stream)) await this._join(stream, undefined)
    })
  }

  /** Joins for the client, which may ask for another position of a stream that is joined. */
  subscribe(stream: string, pos: Position | undefined): Promise<void> {
    return this._enqueue('client', () => this._join(stream, pos))
  }

  leave(stream: string, caller: Caller = 'application'): Promise<void> {
    return this._enqueue(caller, async () => this.subscriptions.leave(stream))
  }

  /** Replays the missed messages, then sends live ones. */
  start(join: PendingJoin): void {
    this.link.outbox.sendUnlimited(join.start)
  }

  /** Leaves all streams permanently. @param mayReturn keeps the client in presence for a grace period */
  end(mayReturn: boolean): void {
    this._cancelExpiry?.()
    this.subscriptions.end(mayReturn)
  }

  async isAllowed(stream: string): Promise<boolean> {
    const { context } = this._host
    const { authorize } = context.options
    if (!authorize) return true
    return await askPermission(context, { name: 'authorize', run: () => authorize(this.user, stream) })
  }

  onJoin(stream: string): void {
    const { context, presence } = this._host
    context.events.emit('join', this.connection, stream)
    // A listener may have left the stream, or closed the link.
    if (this.subscriptions.has(stream)) presence.enter(stream, this, (frame) => this.sink.presence(frame))
  }

  onLeave(stream: string, mayReturn: boolean): void {
    const { context, presence } = this._host
    presence.leave(stream, this.id, mayReturn)
    context.events.emit('leave', this.connection, stream)
  }

  /** Joins, answers with `sub` and replays. Rejects when the store fails. */
  private async _join(stream: string, pos: Position | undefined): Promise<void> {
    if (!this.link.open) return
    // A replay may exceed the limit of the send buffer. Replays to a client that does not read must not add up.
    if (pos && this.link.outbox.isFull) return this.link.closeSlow()
    const pending = await this.subscriptions.join([[stream, pos]])
    for (const [name, result] of pending.results) this.sink.joined(name, result)
    this.start(pending)
  }

  /** Resolves when the task has run. If the task fails, rejects and closes the link. */
  private _enqueue(caller: Caller, task: () => Promise<void>): Promise<void> {
    const { limits } = this._host.context
    // The frames of a client are handled one after the other, so at most one of them waits here.
    const limit = caller === 'client' ? Infinity : 4 * limits.streams
    const done = new Promise<void>((resolve, reject) => {
      this._queue ??= new TaskQueue()
      const isAdded = this._queue.add(async () => {
        try {
          await task()
          resolve()
        } catch (error) {
          this.link.fail(error)
          setFailure(this.connection, this.link.failure)
          reject(error as Error)
        }
      }, limit)
      // A plain error: a listener of `message` that throws it has failed, and does not refuse the message.
      if (!isAdded)
        reject(new Error(`join, leave: expected at most ${limit} that wait for this connection, got one more`))
    })
    // An application that does not await its joins must not end with an outage of the store, which `fail` has reported.
    ignoreRejection(done)
    return done
  }
}
