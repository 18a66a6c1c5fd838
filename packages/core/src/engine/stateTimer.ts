/** The timer of the current state: how long it runs, and which event it posts. Heartbeat timers depend on when the last frame was received. */

import { setTimer } from '../base/clock.ts'
import { ConnectTimeoutError, HeartbeatTimeoutError } from '../base/errors.ts'
import { guard } from '../base/guard.ts'
import { type CloseInfo, closeInfo } from '../transport/closeCodes.ts'
import { backoff } from './backoff.ts'
import type { EngineEvent, EngineHost, HeartbeatTimes, ReconnectOptions } from './engineHost.ts'
import type { State, Timer } from './machine.ts'

/** A timer that fires this late, in ms, proves nothing: the page was throttled or asleep, and a reply may wait in a buffer. */
const LATE = 1000
/** The shortest wait while the platform reports no network, in ms: `navigator.onLine` has false positives and false negatives. */
const OFFLINE_RETRY = 60_000
const PROBE_TIMEOUT = 5000

type End = readonly [cause: CloseInfo['cause'], code?: number, Failure?: new (message: string) => Error]

/** The timers that end a dial or a connection, and how that end is reported. */
const ENDS: { readonly [Name in Timer]?: End } = {
  connectTimeout: ['timeout', 1006, ConnectTimeoutError],
  closeTimeout: ['user'],
  timeout: ['heartbeat', 4000, HeartbeatTimeoutError],
  probe: ['heartbeat', 4000, HeartbeatTimeoutError],
}

/** Whether the timer waits for the reply to a ping. */
export const awaitsReply = (timer: Timer | undefined): boolean => timer === 'timeout' || timer === 'probe'

export class StateTimer {
  /** How long it was set for, in ms, and the epoch ms at which that ends. */
  delay = 0
  dueAt = 0
  /** When the last frame was received, in epoch ms. */
  lastActivityAt = 0
  private readonly _host: EngineHost
  private readonly _engine: { post(event: EngineEvent): void }
  private _handle: unknown
  private _isLate = false
  /** Frames since the clock last showed another time. */
  private _framesAtSameTime = 0
  /** `lastActivityAt` at the last late ping. Each silence gets one. */
  private _gracedAt = -1

  constructor(host: EngineHost, engine: { post(event: EngineEvent): void }) {
    this._host = host
    this._engine = engine
  }

  /** Replaces the timer of the previous state. */
  start({ timer, attempt }: State, heartbeat: HeartbeatTimes | undefined, lastClose: CloseInfo | undefined): void {
    const { clock } = this._host
    clock.clearTimeout(this._handle)
    this._handle = undefined // an ended timer would keep its callback alive
    this._isLate = false
    this._framesAtSameTime = 0 // the next frame reads the clock
    if (!timer) return
    this.delay = this._duration(timer, attempt, heartbeat, lastClose)
    this.dueAt = clock.now() + this.delay
    this._set(timer, this.delay)
  }

  /**
   * Records that a frame was received. Reading the clock is the most expensive part of it, so while frames arrive faster than the clock
   * moves, it is read for every 16th frame only. A frame that is missed this way costs at most one unnecessary ping.
   */
  noteActivity(): void {
    if (this._framesAtSameTime++ >= 16 && this._framesAtSameTime % 16) return
    const now = this._host.clock.now()
    if (now !== this.lastActivityAt) this._framesAtSameTime = 0
    this.lastActivityAt = now
  }

  private _set(timer: Timer, delay: number): void {
    this._handle = setTimer(this._host.clock, () => this._fired(timer), delay)
  }

  private _duration(
    timer: Timer,
    attempt: number,
    heartbeat: HeartbeatTimes | undefined,
    lastClose: CloseInfo | undefined,
  ): number {
    const { settings, clock } = this._host
    if (timer === 'onlineJitter') return clock.random() * 1000
    if (timer === 'decision') return settings.connectTimeout
    if (timer === 'probe') return PROBE_TIMEOUT
    if (timer === 'interval' || timer === 'timeout') return heartbeat![timer]
    return timer === 'retry' ? this._retryDelay(attempt - 1, lastClose) : settings[timer]
  }

  private _retryDelay(attempt: number, close = closeInfo('user')): number {
    const { options, settings, clock, environment } = this._host
    const chosen = guard(this._host, (Object(options.reconnect) as ReconnectOptions).delay, attempt, close)
    const isValid = typeof chosen === 'number' && chosen >= 0
    const wait = isValid ? chosen : backoff(attempt, close, settings.reconnect, () => clock.random())
    return guard(this._host, () => environment?.online()) === false ? Math.max(wait, OFFLINE_RETRY) : wait
  }

  private _fired(timer: Timer): void {
    const { delay, lastActivityAt } = this
    const now = this._host.clock.now()
    const silence = Math.abs(now - lastActivityAt)
    if (timer === 'interval' && silence < delay) {
      this._set(timer, delay - silence)
    } else if (awaitsReply(timer) && !this._isLate && now - this.dueAt >= LATE) {
      this._isLate = true
      this._set(timer, 0) // frames that wait in a buffer arrive first
    } else if (this._isLate && this._gracedAt !== lastActivityAt) {
      this._gracedAt = lastActivityAt
      this._engine.post({ type: 'timerFired', timer, late: true })
    } else {
      this._end(timer)
    }
  }

  private _end(timer: Timer): void {
    const [cause, code, Failure] = ENDS[timer] ?? []
    const error = Failure && new Failure(`no answer within ${this.delay} ms`)
    // An unanswered `shouldReconnect` counts as yes. Timers that end nothing carry `decision: true`; only `decision` uses it.
    const outcome = cause ? { close: closeInfo(cause, code), error } : { decision: true }
    this._engine.post({ type: 'timerFired', timer, ...outcome })
  }
}
