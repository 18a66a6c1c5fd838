/**
 * Emits `sessionEnd` for sessions whose last connection was on this node. Costs nothing without a listener.
 *
 * The node of the owner is responsible for a session. A newer link detaches the owner before the store makes it the owner, so a takeover
 * may fail in between. The node of the older link is responsible until the store has counted the takeover.
 */

import { inTime, monotonicNow } from '../clock.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { EndedSession } from '../context/hubEvents.ts'
import { SharedTimer } from '../context/sharedTimer.ts'
import { UnfinishedError } from '../errors.ts'

/** A session whose link has ended, or was detached. */
export interface ReleasedSession extends Pick<EndedSession, 'sessionId' | 'user'> {
  /** As in the record of the link. If the store has counted more, another link owns the session. */
  takeovers: number
}

export interface SessionEnds {
  /** The connection of a session has ended, and the session can be resumed until it expires. */
  release(session: ReleasedSession): void
  /** The client has ended the session, and it is removed from the store. */
  end(session: ReleasedSession): void
  /** A newer connection takes the session from one of this node. @param isAbandoned whether it is ended instead, because it must not be resumed */
  handOver(session: ReleasedSession, isAbandoned: boolean): void
  /** A newer connection takes the session, which may wait here. */
  expectTakeover(sessionId: string): void
  /** A connection of this node has taken the session. */
  forget(sessionId: string): void
}

interface Waiting extends ReleasedSession {
  reason: EndedSession['reason']
  /** The store does not forget the session before this time. A session that is missing earlier was taken over, and its new owner has ended it. */
  expiresAt: number
}

/** Added to the time that the store keeps a session, so that it has expired when it is looked up. In ms. */
const MARGIN = 1000
/** The time between two lookups of a session that another link takes over, in ms. */
const LOOKUP_INTERVAL = 2000
/** An open link touches its session at least three times in the window, so its record lives for this share of it at least. */
const TOUCHED_SHARE = 1 / 2
/** The most sessions that may wait. Above it, the one that waits longest is not reported. */
const MAX_WAITING = 100_000

export const createSessionEnds = ({ clock, events, limits, stats, store, timers }: HubContext): SessionEnds => {
  const window = store.kept?.ms ?? 120_000
  /** By session. The one that waits longest comes first. */
  const waiting = new Map<string, Waiting>()
  const expiry = new SharedTimer<Waiting>(clock, timers, window + MARGIN, (session) => void check(session))
  const takeover = new SharedTimer<Waiting>(clock, timers, LOOKUP_INTERVAL, (session) => void check(session))

  const forget = (sessionId: string): void => {
    const session = waiting.get(sessionId)
    if (!session) return
    waiting.delete(sessionId)
    expiry.delete(session)
    takeover.delete(session)
  }
  /** Replaces an earlier entry of the session. */
  const add = (
    { sessionId, user, takeovers }: ReleasedSession,
    reason: Waiting['reason'],
    expiresAt: number,
  ): Waiting => {
    forget(sessionId)
    const session = { sessionId, user, takeovers, reason, expiresAt }
    waiting.set(sessionId, session)
    const [oldest = ''] = waiting.keys()
    if (waiting.size > MAX_WAITING) forget(oldest)
    return session
  }
  const check = async (session: Waiting): Promise<void> => {
    const { sessionId, user, reason } = session
    const lateError = (): Error => new UnfinishedError('the store has not answered')
    const lookup = async (): Promise<(() => void) | undefined> => {
      try {
        const record = await inTime(timers, limits.hello, store.getSession(sessionId), lateError)
        if (record) return record.takeovers > session.takeovers ? undefined : () => takeover.add(session)
      } catch {
        // The store is unavailable, which is reported elsewhere. It may also lose the record.
        session.expiresAt = 0
        return () => expiry.add(session)
      }
      return monotonicNow(clock) < session.expiresAt ? undefined : report
    }
    const report = (): void => {
      forget(sessionId)
      stats.endedSessions++
      events.emit('sessionEnd', { sessionId, user, reason })
    }
    const next = await lookup()
    if (waiting.get(sessionId) !== session) return
    if (next) next()
    else forget(sessionId)
  }
  const isObserved = (): boolean => events.listenerCount('sessionEnd') > 0
  return {
    release: (session) => {
      if (isObserved()) expiry.add(add(session, 'expired', monotonicNow(clock) + window))
    },
    end: (session) => {
      if (isObserved()) void check(add(session, 'closed', 0))
    },
    handOver: (session, isAbandoned) => {
      const expiresAt = isAbandoned ? 0 : monotonicNow(clock) + window * TOUCHED_SHARE
      if (isObserved()) takeover.add(add(session, 'expired', expiresAt))
    },
    expectTakeover: (sessionId) => {
      const session = waiting.get(sessionId)
      if (session && expiry.delete(session)) takeover.add(session)
    },
    forget,
  }
}
