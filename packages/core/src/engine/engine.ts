/**
 * Executes the effects of the machine with one transport link and one timer at a time, and feeds their results back as events. For
 * each event it commits the new state, executes the actions, and then notifies. It never looks into a message.
 */

import { guard } from '../base/guard.ts'
import type { CloseInfo } from '../transport/closeCodes.ts'
import type { TransportLink } from '../transport/transport.ts'
import { askShouldReconnect } from './askShouldReconnect.ts'
import { Attempt, type AttemptOwner } from './attempt.ts'
import type { EngineEvent, EngineHost, HeartbeatTimes } from './engineHost.ts'
import { nextLastClose } from './lastClose.ts'
import type { OpenInfo } from './lifecycleEvents.ts'
import { type Effect, type State, type Status, initial, statusOf, step } from './machine.ts'
import { StateTimer, awaitsReply } from './stateTimer.ts'

/** The shortest time between two dials without delay, in ms, which prevents loops. */
const EAGER_EVERY = 5000
/** A shorter silence needs no probe, in ms. */
const SILENT_AFTER = 5000
/** More events than this in one call are an endless loop of a listener. */
const MAX_EVENTS = 1000

const endsConnection = ({ type }: EngineEvent): boolean => type === 'close' || type === 'release'

/** Whether an effect belongs to the current event. */
type Did = (effect: Effect) => boolean

export class Engine implements AttemptOwner {
  url: string | undefined
  /** Of the last connection that opened. */
  openInfo: OpenInfo | undefined
  private readonly _host: EngineHost
  private readonly _timer: StateTimer
  private readonly _inbox: EngineEvent[] = []
  private _isProcessing = false
  private _state = initial
  private _attempt: Attempt | undefined
  /** Of the open connection; undefined if it has no heartbeat. */
  private _heartbeat: HeartbeatTimes | undefined
  private _lastClose: CloseInfo | undefined
  /** What `close()` asked for, until the closing handshake ends. */
  private _requestedClose: CloseInfo | undefined
  private _openedAt = 0
  private _eagerAt = -EAGER_EVERY
  /** Epoch ms of the next attempt, while the client waits for it. */
  private _retryAt: number | undefined
  private _unsubscribe: (() => void) | undefined

  constructor(host: EngineHost) {
    this._host = host
    this._timer = new StateTimer(host, this)
  }

  get snapshot(): { status: Status; attempt: number; retryAt: number | undefined; lastClose: CloseInfo | undefined } {
    const { name, attempt } = this._state
    return {
      status: statusOf(this._state),
      attempt: name === 'open' ? 0 : attempt,
      retryAt: this._retryAt,
      lastClose: this._lastClose,
    }
  }

  get hasDialled(): boolean {
    return this._state.socket > 0
  }

  get link(): TransportLink | undefined {
    return this._attempt?.link
  }

  /** The link if it can send now. Undefined as soon as a listener has called `close()` or `dispose()`, although that event waits; `reconnect()` is not counted. */
  get openLink(): TransportLink | undefined {
    const { link } = this
    return this._state.name === 'open' && link?.ready && !this._inbox.some(endsConnection) ? link : undefined
  }

  post(event: EngineEvent): void {
    const inbox = this._inbox
    inbox.push(event)
    if (this._isProcessing) return
    this._isProcessing = true
    let failure: unknown
    try {
      for (let next, count = 0; (next = inbox.shift());) {
        if (++count > MAX_EVENTS) throw new Error('a listener calls open() or reconnect() in an endless loop')
        this._process(next)
      }
    } catch (error) {
      failure = error
    }
    inbox.length = 0
    this._isProcessing = false
    if (failure) this._host.report(failure)
  }

  isCurrent(attempt: Attempt): boolean {
    return attempt === this._attempt
  }

  noteActivity(isReply?: boolean): void {
    if (!this._heartbeat) return
    this._timer.noteActivity()
    const { timer, socket } = this._state
    if (awaitsReply(timer)) this.post({ type: 'activity', socket })
    if (isReply) this._host.heartbeat?.replied()
  }

  private _process(posted: EngineEvent): void {
    const host = this._host
    const { hasHeartbeat, reconnect } = host.settings
    const before = this._state
    const event: EngineEvent = {
      eager: this._since(this._eagerAt) >= EAGER_EVERY,
      silent: this._since(this._timer.lastActivityAt) >= SILENT_AFTER,
      ...posted,
      ...askShouldReconnect(host, before, posted, this._since(this._openedAt) >= reconnect.stableAfter, (decision) =>
        this.post(decision),
      ),
    }
    const [next, effects] = step(before, event, {
      maxAttempts: reconnect.maxAttempts,
      heartbeat: hasHeartbeat || !!event.info?.heartbeat,
    })
    if (next === before) return
    const did: Did = (effect) => effects.includes(effect)
    this._state = next
    this._lastClose = nextLastClose(this._lastClose, before, next, event, effects, this._requestedClose)
    this._requestedClose = did('startClose') ? event.close : undefined
    this._recordTimes(before, event, did)
    this._watchEnvironment(before)
    this._timer.start(next, this._heartbeat, this._lastClose)
    this._retryAt = did('retry') ? this._timer.dueAt : undefined
    this._execute(event, did)
    if (event.error) host.report(event.error, event.close?.cause !== 'provider')
    host.snapshots.refresh()
    this._notify(before, did)
  }

  private _recordTimes(before: State, { info, timer }: EngineEvent, did: Did): void {
    const { clock, settings } = this._host
    const now = clock.now()
    if (did('open')) {
      this._openedAt = this._timer.lastActivityAt = now
      const own = info?.heartbeat
      const hasHeartbeat = !!this._state.timer
      this._heartbeat = hasHeartbeat ? (own ? { ...settings.heartbeat, ...own } : settings.heartbeat) : undefined
    }
    const isEagerDial = did('dial') && !timer && before.name !== 'closed'
    if (isEagerDial) this._eagerAt = now
  }

  private _watchEnvironment(before: State): void {
    const host = this._host
    if (before.name === 'closed') {
      this._unsubscribe = guard(host, () =>
        host.environment?.subscribe((type) => (type === 'hidden' ? host.snapshots.pageHidden() : this.post({ type }))),
      )
    }
    if (this._state.name === 'closed') guard(host, this._unsubscribe)
  }

  private _execute({ close, info }: EngineEvent, did: Did): void {
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
    if (did('flush')) this._host.connected(info?.heartbeat)
    if (did('ping')) this._host.heartbeat?.ping()
  }

  private _notify(before: State, did: Did): void {
    const host = this._host
    const { attempt } = this._state
    const status = statusOf(this._state)
    if (did('open')) {
      this.openInfo = { reconnected: !!this.openInfo, attempt, protocol: this._attempt!.protocol }
    }
    if (status !== statusOf(before)) host.emit('status', status)
    if (did('close')) host.emit('close', this._lastClose!)
    if (did('stop')) host.emit('stop', this._lastClose!)
    if (did('retry')) host.emit('retry', { attempt, delay: this._timer.delay, retryAt: this._timer.dueAt })
    if (did('open')) host.emit('open', this.openInfo!)
  }

  /** The wall clock may be set back, so a duration is never negative. */
  private _since(then: number): number {
    return Math.abs(this._host.clock.now() - then)
  }
}
