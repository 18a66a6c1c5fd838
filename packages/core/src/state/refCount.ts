/** Counts the users of a shared connection. The first one opens it; some time after the last one has gone it ends. */

import { type Clock, setTimer } from '../base/clock.ts'

export interface RefCountHost {
  readonly clock: Clock
  /** `linger`: ms between the last release and `unused`; 0 is a microtask. */
  readonly settings: { readonly linger: number }
  /** There is a first user. */
  used(): void
  /** There has been no user for `linger` ms. */
  unused(): void
}

export class RefCount {
  private readonly _host: RefCountHost
  private _users = 0
  private _isLingering = false
  private _handle: unknown

  constructor(host: RefCountHost) {
    this._host = host
  }

  /** There is a user, or there was one less than `linger` ms ago. */
  get isHeld(): boolean {
    return this._isLingering || !!this._users
  }

  /** Adds a user. The returned function removes it; further calls of it do nothing. */
  retain(): () => void {
    this._stopLingering()
    try {
      if (!this._users++) this._host.used()
    } catch (error) {
      this._users-- // no dial is possible
      throw error
    }
    let isReleased = false
    return () => {
      if (!isReleased) this._release()
      isReleased = true
    }
  }

  /** Ends the counting: neither `used` nor `unused` is called again. */
  stop(): void {
    this._stopLingering()
    this._users = Infinity
  }

  private _release(): void {
    this._isLingering = !--this._users
    if (!this._isLingering) return
    const { clock, settings } = this._host
    const end = (): void => {
      if (this._isLingering) this._host.unused()
      this._isLingering = false
    }
    if (settings.linger) this._handle = setTimer(clock, end, settings.linger)
    else queueMicrotask(end)
  }

  private _stopLingering(): void {
    this._host.clock.clearTimeout(this._handle)
    this._isLingering = false
  }
}
