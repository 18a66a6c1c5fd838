/** When the last dial and the open connection began, and what that allows. All times are ms on the monotonic clock. */

import { type Clock, monotonicNow } from '../base/clock.ts'
import type { State } from './machine.ts'
import type { Event } from './machineEvents.ts'

/** The shortest time between two dials without delay, which prevents loops. */
const EAGER_EVERY = 5000
/** A dial that is older may hang, and is replaced when the user returns to the page. */
const SLOW_AFTER = 3000

export class ConnectionTimes {
  private readonly _clock: Clock
  private _openedAt = 0
  private _dialledAt = 0
  private _eagerAt = -EAGER_EVERY

  constructor(clock: Clock) {
    this._clock = clock
  }

  /** How long the connection has been open. */
  get uptime(): number {
    return monotonicNow(this._clock) - this._openedAt
  }

  flags(): Pick<Event, 'eager' | 'slow'> {
    const now = monotonicNow(this._clock)
    return { eager: now - this._eagerAt >= EAGER_EVERY, slow: now - this._dialledAt >= SLOW_AFTER }
  }

  opened(): void {
    this._openedAt = monotonicNow(this._clock)
  }

  /** @param before the state that the dial has left */
  dialled({ name, timer }: State, { type }: Event): void {
    this._dialledAt = monotonicNow(this._clock)
    const hasWaited = type === 'timerFired' && name === 'waiting' && timer !== 'decision'
    if (name !== 'closed' && !hasWaited) this._eagerAt = this._dialledAt
  }
}
