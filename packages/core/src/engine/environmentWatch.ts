/** Listens to the environment while a connection is wanted, and closes the connection of a page that stays hidden. */

import { setTimer } from '../base/clock.ts'
import type { EnvironmentEvent } from '../base/environment.ts'
import { guard } from '../base/guard.ts'
import type { EngineEvent, EngineHost } from './engineHost.ts'

/** What it needs of the engine. */
export interface EnvironmentWatchOwner {
  post(event: EngineEvent): void
  checkLink(): void
}

export class EnvironmentWatch {
  private readonly _host: EngineHost
  private readonly _engine: EnvironmentWatchOwner
  private _unsubscribe: (() => void) | undefined
  /** Runs while the page is hidden, for `closeWhenHidden`. */
  private _handle: unknown

  constructor(host: EngineHost, engine: EnvironmentWatchOwner) {
    this._host = host
    this._engine = engine
  }

  start(): void {
    const { environment } = this._host
    this._unsubscribe = guard(this._host, () => environment!.subscribe((event) => this._changed(event)))
    this._restartTimer()
  }

  stop(): void {
    guard(this._host, this._unsubscribe)
    this._stopTimer()
  }

  private _changed(event: EnvironmentEvent): void {
    if (event === 'wake') this._restartTimer()
    if (event !== 'hidden') {
      this._engine.checkLink()
      return this._engine.post({ type: event })
    }
    this._host.snapshots.pageHidden()
    this._startTimer()
  }

  private _startTimer(): void {
    const { clock, settings } = this._host
    if (settings.closeWhenHidden === false || this._handle !== undefined) return
    this._handle = setTimer(clock, () => this._engine.post({ type: 'hide' }), settings.closeWhenHidden)
  }

  /** A page wakes while it is hidden, too: `pageshow` follows each load, also that of a tab in the background. */
  private _restartTimer(): void {
    this._stopTimer()
    if (guard(this._host, () => this._host.environment!.hidden?.())) this._startTimer()
  }

  private _stopTimer(): void {
    this._host.clock.clearTimeout(this._handle)
    this._handle = undefined
  }
}
