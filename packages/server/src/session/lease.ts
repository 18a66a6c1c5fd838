/** Keeps a session alive in the store while its link is open, and closes the link when the user's token expires. */

import { callAt } from '../clock.ts'
import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import type { OwnedSession } from './ownedSession.ts'

export interface Lease {
  /** Starts with the session. */
  start(session: OwnedSession, user: User): void
  /** Extends the lease to the expiry of a fresh token. */
  renew(user: User): void
  stop(): void
}

export const createLease = ({ clock, heartbeat, report, store, timers }: HubContext, link: Link): Lease => {
  let cancelExpiry: (() => void) | undefined
  let cancelTouch: (() => void) | undefined

  const scheduleTouch = (session: OwnedSession): void => {
    const delay = Math.min(heartbeat.interval, (store.kept?.ms ?? Infinity) / 3)
    cancelTouch = timers.after(delay, () => {
      session.touch().catch(report)
      if (link.open) scheduleTouch(session)
    })
  }
  const scheduleExpiry = (expiresAt = Infinity): void => {
    cancelExpiry?.()
    if (expiresAt === Infinity) return
    cancelExpiry = callAt(clock, timers, expiresAt, () => link.close(CLOSE_CODES.tokenExpired, 'token expired'))
  }
  return {
    start: (session, { expiresAt }) => {
      scheduleExpiry(expiresAt)
      scheduleTouch(session)
    },
    renew: ({ expiresAt }) => scheduleExpiry(expiresAt),
    stop: () => {
      cancelExpiry?.()
      cancelTouch?.()
    },
  }
}
