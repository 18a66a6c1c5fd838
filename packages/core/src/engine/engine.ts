/**
 * Executes the effects of the machine with one transport link and one timer at a time, and feeds their results back as events. For
 * each event it commits the new state, executes the actions, and then notifies. It never looks into a message.
 */

import { guard } from '../base/guard.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import type { RawOutgoing } from '../transport/frame.ts'
import type { TransportLink } from '../transport/transport.ts'
import { askShouldReconnect } from './askShouldReconnect.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import { ConnectionTimes } from './connectionTimes.ts'
import type { EngineEvent, EngineHost } from './engineHost.ts'
import { EnvironmentWatch } from './environmentWatch.ts'
import { HeartbeatWatch } from './heartbeatWatch.ts'
import { Inbox, type InboxOwner } from './inbox.ts'
import { nextLastClose } from './lastClose.ts'
import type { OpenInfo } from './lifecycleEvents.ts'
import { type State, type Status, awaitsReply, initial, statusOf, step } from './machine.ts'
import type { Effect } from './machineEvents.ts'
import { StateTimer } from './stateTimer.ts'

/** Whether the current event has an effect. */
type Did = (effect: Effect) => boolean

export class Engine implements AttemptOwner, InboxOwner {
  url: string | undefined
  private readonly _host: EngineHost
  readonly watch: HeartbeatWatch
  private readonly _timer: StateTimer
  private readonly _times: ConnectionTimes
  private readonly _environment: EnvironmentWatch | undefined
  private readonly _inbox: Inbox
  private _state = initial
  private _attempt: Attempt | undefined
  private _lastClose: CloseInfo | undefined
  /** Connections that have opened so far. */
  private _openings = 0
  /** What `close()` asked for, until the closing handshake ends. */
  private _requestedClose: CloseInfo | undefined
  /** The user ended the connection, or the client has stopped. */
  private _isFinished: boolean
  /** Epoch ms of the next attempt, while the client waits for it. */
  private _retryAt: number | undefined

  constructor(host: EngineHost) {
    this._host = host
    this.watch = new HeartbeatWatch(host, this)
    this._times = new ConnectionTimes(host.clock)
    this._isFinished = !host.source
    this._timer = new StateTimer(host, this, this.watch)
    this._environment = host.environment && new EnvironmentWatch(host, this)
    this._inbox = new Inbox(this, host)
  }

  get snapshot(): { status: Status; attempt: number; retryAt: number | undefined; lastClose: CloseInfo | undefined } {
    const { name, attempt } = this._state
    const { _retryAt: retryAt, _lastClose: lastClose } = this
    return { status: statusOf(this._state), attempt: name === 'open' ? 0 : attempt, retryAt, lastClose }
  }

  /** Of the open connection. */
  get openInfo(): OpenInfo {
    const { protocol } = this._attempt!.info!
    return { reconnected: this._openings > 1, attempt: this._state.attempt, protocol }
  }

  get link(): TransportLink | undefined {
    return this._attempt?.link
  }

  /** The link if it can send now. Undefined as soon as a listener has called `close()` or `dispose()`, although that event waits; `reconnect()` is not counted. */
  get openLink(): TransportLink | undefined {
    const { link, _inbox: inbox } = this
    const isOpen = this._state.name === 'open' && !inbox.has('close') && !inbox.has('release')
    return isOpen && link?.ready ? link : undefined
  }

  /** Sends without the queue, if the connection is open. */
  sendNow(frame: RawOutgoing): void {
    this.openLink?.send(frame)
    this.watch.sent(frame)
  }

  /** A connection is open or will follow, so messages may wait for it. */
  get expectsConnection(): boolean {
    return this._inbox.wantsConnection() ?? !this._isFinished
  }

  post(event: EngineEvent): void {
    this._inbox.post(event)
  }

  isCurrent(attempt: Attempt): boolean {
    return attempt === this._attempt
  }

  noteActivity(isReply?: boolean): void {
    if (!this.watch.times) return
    this.watch.received()
    if (awaitsReply(this._state.timer)) this.post({ type: 'activity', socket: this._state.socket })
    if (isReply) this._host.heartbeat?.replied()
  }

  /** Notices a socket that has ended without a `close` event. */
  checkLink(): void {
    const { link } = this
    if (this._state.name === 'open' && link && !link.ready) this.post({ type: 'ended', socket: this._state.socket })
  }

  /** Called by the inbox. */
  process(posted: EngineEvent): void {
    const host = this._host
    const { hasHeartbeat, reconnect } = host.settings
    const before = this._state
    const event: EngineEvent = {
      ...this._times.flags(),
      silent: this.watch.needsProbe(this._timer.hasSlept),
      ...posted,
      ...askShouldReconnect(host, before, posted, this._times.uptime >= reconnect.stableAfter, this),
    }
    const [next, effects] = step(before, event, {
      maxAttempts: reconnect.maxAttempts,
      heartbeat: hasHeartbeat || !!this._attempt?.info?.heartbeat,
      onConnect: !!this._attempt?.onConnect,
    })
    if (posted.type === 'close') this._isFinished = true // also where it ends nothing
    if (next === before) return
    const did: Did = (effect) => effects.includes(effect)
    this._state = next
    this._lastClose = nextLastClose(this._lastClose, before, next, event, effects, this._requestedClose)
    this._requestedClose = did('startClose') ? event.close : undefined
    this._record(before, event, did)
    if (before.name === 'closed') this._environment?.start()
    if (next.name === 'closed') this._environment?.stop()
    if (effects.length || next.timer !== before.timer) this._startTimer(event, did)
    this._execute(event, did)
    const close = did('close') ? event.close : undefined
    if (close?.error) host.report(close.error, close.cause !== 'provider')
    host.snapshots.refresh()
    this._notify(before, did)
  }

  private _record(before: State, event: EngineEvent, did: Did): void {
    if (did('dial')) this._times.dialled(before, event)
    if (did('open')) {
      this._openings++
      this._times.opened()
      this.watch.opened(!!this._state.timer, this._attempt!.info!.heartbeat)
    }
    if (did('close') && event.close?.cause !== 'heartbeat') this.watch.endedOtherwise()
    if (did('stop')) this._isFinished = true
    else if (did('dial') || (event.type === 'release' && before.name !== 'closing')) this._isFinished = false
  }

  private _startTimer({ type }: EngineEvent, did: Did): void {
    const timer = this._timer
    // A user who returns must not wait longer than without this.
    const isSooner = type === 'wake' && did('retry')
    timer.start(this._state, this._lastClose, isSooner)
    this._retryAt = did('retry') ? this._host.clock.now() + timer.delay : undefined
  }

  private _execute({ close }: EngineEvent, did: Did): void {
    const { socket, attempt, name } = this._state
    if (did('detach')) {
      const detached = this._attempt
      this._attempt = undefined
      // An application may send only 1000 and 3000-4999 (WHATWG WebSockets).
      const closeCode = close && close.code >= 3000 ? close.code : name === 'closed' ? 1000 : undefined
      detached?.abandon(closeCode)
    }
    if (did('dial')) {
      const next = (this._attempt = new Attempt(this, this._host, socket))
      next.dial({ attempt, lastClose: this._lastClose })
    }
    if (did('startClose')) guard(this._host, () => this.link!.close(close!.code, close!.reason))
    if (did('connect')) this._attempt!.connect()
    if (did('flush')) this._host.connected(this._attempt!.info!.heartbeat)
    if (did('ping')) this.watch.ping()
  }

  private _notify(before: State, did: Did): void {
    const host = this._host
    const { attempt } = this._state
    const status = statusOf(this._state)
    if (status !== statusOf(before)) host.emit('status', status)
    if (did('close')) host.emit('close', this._lastClose!)
    if (did('stop')) host.emit('stop', this._lastClose!)
    if (did('retry')) host.emit('retry', { attempt, delay: this._timer.delay, retryAt: this._retryAt! })
    if (did('open')) host.emit('open', this.openInfo)
  }
}
