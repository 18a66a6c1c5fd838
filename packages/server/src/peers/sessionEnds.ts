/** Emits `sessionEnd` for sessions whose last connection was on this node. Costs nothing without a listener. */

import { monotonicNow } from '../clock.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { EndedSession } from '../context/hubEvents.ts'

type Session = Pick<EndedSession, 'sessionId' | 'user'>

export interface SessionEnds {
  /** The connection of a session has ended. @param isClosed whether its client has ended the session too */
  release(session: Session, isClosed: boolean): void
  /** A newer connection has taken the session over, on any node, and its node is responsible now. */
  forget(sessionId: string): void
}

/** Added to the time that the store keeps a session, so that it has expired when it is looked up. In ms. */
const MARGIN = 1000
/** The most sessions that may wait. Above it, the one that waits longest is not reported. */
const MAX_WAITING = 100_000

export const createSessionEnds = ({ clock, events, stats, store, timers }: HubContext): SessionEnds => {
  /** All wait for the same time, so the first one is due first. */
  const waiting = new Map<string, Session & { dueAt: number }>()
  let isScheduled = false

  const wait = ({ sessionId, user }: Session): void => {
    waiting.delete(sessionId)
    waiting.set(sessionId, { sessionId, user, dueAt: monotonicNow(clock) + (store.kept?.ms ?? 120_000) + MARGIN })
    const [oldest = ''] = waiting.keys()
    if (waiting.size > MAX_WAITING) waiting.delete(oldest)
    if (!isScheduled) schedule()
  }
  const schedule = (): void => {
    const [first] = waiting.values()
    isScheduled = first !== undefined
    if (first) timers.after(first.dueAt - monotonicNow(clock), checkDue)
  }
  const checkDue = (): void => {
    const now = monotonicNow(clock)
    for (const [sessionId, session] of waiting) {
      if (session.dueAt > now) break
      waiting.delete(sessionId)
      void check(session, 'expired')
    }
    schedule()
  }
  /** A record that is still there belongs to a newer connection on another node. */
  const check = async ({ sessionId, user }: Session, reason: EndedSession['reason']): Promise<void> => {
    try {
      if (await store.getSession(sessionId)) return
    } catch {
      return wait({ sessionId, user }) // the store is unavailable, which is reported elsewhere
    }
    stats.endedSessions++
    events.emit('sessionEnd', { sessionId, user, reason })
  }
  return {
    release: (session, isClosed) => {
      if (events.listenerCount('sessionEnd') === 0) return
      if (isClosed) void check(session, 'closed')
      else wait(session)
    },
    forget: (sessionId) => void waiting.delete(sessionId),
  }
}
