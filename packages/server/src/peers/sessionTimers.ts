/** The timers of sessions. Their delays are the same for all sessions of a node, so the sessions share one timer for each of them. */

import type { HubContext } from '../context/hubContext.ts'
import { SharedTimer } from '../context/sharedTimer.ts'

export interface TimedSession {
  /** The client has not sent a valid `hello` in time. */
  onHelloTimeout(): void
  /** The session must be touched in the store, or it would expire. */
  onTouchDue(): void
}

export interface SessionTimers {
  readonly hello: SharedTimer<TimedSession>
  readonly touch: SharedTimer<TimedSession>
}

export const createSessionTimers = ({ clock, heartbeat, limits, store, timers }: HubContext): SessionTimers => {
  const touchDelay = Math.min(heartbeat.interval, (store.kept?.ms ?? Infinity) / 3)
  return {
    hello: new SharedTimer(clock, timers, limits.hello, (session) => session.onHelloTimeout()),
    touch: new SharedTimer(clock, timers, touchDelay, (session) => session.onTouchDue()),
  }
}
