/** The timer of the current state: how long it runs, and which event it posts. */

import { isTime, monotonicNow, setTimer } from '../base/clock.ts'
import { ConnectTimeoutError } from '../base/errors.ts'
import { guard } from '../base/guard.ts'
import { type CloseInfo, closeInfo } from '../transport/closeCodes.ts'
import { backoff } from './backoff.ts'
import type { EngineEvent, EngineHost, ReconnectOptions } from './engineHost.ts'
import type { HeartbeatWatch } from './heartbeatWatch.ts'
import { type State, awaitsReply } from './machine.ts'
import type { Timer } from './machineEvents.ts'

/** A timer that fires this late, in ms, proves nothing: the page was throttled or asleep, and a frame may wait in a buffer. */
const LATE = 1000
/** A timer that fires this late, in ms, shows that the page or the computer was asleep and has returned. */
const WAKE_AFTER = 5000
/** The shortest wait while the platform reports no network, in ms: `navigator.onLine` has false positives and false negatives. */
const OFFLINE_RETRY = 60_000

export class StateTimer {
  /** How long it was set for, in ms. */
  delay = 0
  private readonly _host: EngineHost
  private readonly _engine: { post(event: EngineEvent): void }
  private readonly _watch: HeartbeatWatch
  /** When it ends on the monotonic clock. */
  private _dueAt = 0
  private _handle: unknown
  private _leadBefore = 0
  /** How late it fired, in ms, before it was set again so that waiting frames arrive first. */
  private _lateness = 0

  constructor(host: EngineHost, engine: { post(event: EngineEvent): void }, watch: HeartbeatWatch) {
    this._host = host
    this._engine = engine
    this._watch = watch
  }

  /** Replaces the timer of the previous state. @param isSooner it ends no later than that one would have */
  start({ timer, waits }: State, lastClose: CloseInfo | undefined, isSooner: boolean): void {
    const { clock } = this._host
    const atMost = isSooner ? Math.max(0, this._dueAt - monotonicNow(clock)) : Infinity
    clock.clearTimeout(this._handle)
    this._handle = undefined // an ended timer would keep its callback alive
    if (!timer) return
    this.delay = Math.min(this._duration(timer, waits, lastClose), atMost)
    this._set(timer, this.delay)
  }

  /**
   * Whether the computer has slept since the timer was set. On most platforms the monotonic clock and timers stand still meanwhile (MDN,
   * performance.now), and only the wall clock shows it.
   */
  get hasSlept(): boolean {
    return (this._lead() - this._leadBefore) * 1000 >= WAKE_AFTER
  }

  /** How far the wall clock is ahead of the monotonic one, in s: V8 stores such a small integer without an object. */
  private _lead(): number {
    const { clock } = this._host
    return Math.round((clock.now() - monotonicNow(clock)) / 1000)
  }

  private _set(timer: Timer, delay: number, lateness = 0): void {
    const { clock } = this._host
    this._lateness = lateness
    this._leadBefore = this._lead()
    this._dueAt = monotonicNow(clock) + delay
    this._handle = setTimer(clock, () => this._fired(timer), delay)
  }

  private _duration(timer: Timer, waits: number, lastClose: CloseInfo | undefined): number {
    const { environment, settings, clock } = this._host
    if (timer === 'onlineJitter' || timer === 'retry') {
      const isOffline = guard(this._host, () => environment?.online()) === false
      const delay = timer === 'retry' ? this._retryDelay(waits - 1, lastClose) : clock.random() * 1000
      return Math.max(delay, isOffline ? OFFLINE_RETRY : 0)
    }
    if (timer === 'closeTimeout') return settings.closeTimeout
    if (timer === 'interval') return Math.max(0, this._watch.untilPing())
    return awaitsReply(timer) ? this._watch.replyTimeout(timer) : settings.connectTimeout
  }

  private _retryDelay(waits: number, close = closeInfo('user')): number {
    const { options, settings, clock } = this._host
    const chosen = guard(this._host, (Object(options.reconnect) as ReconnectOptions).delay, waits, close)
    return isTime(chosen) ? chosen : backoff(waits, close, settings.reconnect, () => clock.random())
  }

  private _fired(timer: Timer): void {
    const watch = this._watch
    const lateness = monotonicNow(this._host.clock) - this._dueAt
    const untilPing = timer === 'interval' ? watch.untilPing() : 0
    if (untilPing > 0) return this._set(timer, untilPing)
    if (awaitsReply(timer) && watch.isSending()) return this._set(timer, this.delay)
    if (!this._lateness && lateness >= LATE) return this._set(timer, 0, lateness)
    if (this._lateness >= WAKE_AFTER) {
      const handle = this._handle
      this._engine.post({ type: 'wake' })
      if (this._handle !== handle) return // the event has ended this timer
    }
    this._engine.post({ type: 'timerFired', timer, ...this._meaning(timer) })
  }

  /** What it means that the timer has fired. */
  private _meaning(timer: Timer): Partial<EngineEvent> {
    if (awaitsReply(timer)) return this._watch.missedReply(this._lateness > 0)
    if (timer === 'closeTimeout') return { close: closeInfo('network') }
    // An unanswered `shouldReconnect` counts as yes. Timers that end nothing do not use `decision`.
    if (timer !== 'connectTimeout' && timer !== 'onConnect') return { decision: true }
    const what = timer === 'onConnect' ? 'onConnect did not finish' : 'not open'
    return { close: closeInfo('timeout', { error: new ConnectTimeoutError(`${what} within ${this.delay} ms`) }) }
  }
}
