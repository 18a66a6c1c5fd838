/** How long a link may go on: its session is kept from ending as long as it lives, and it ends with the user's token. */

import { CODES } from '../protocol/closeCodes.ts'
import type { User } from '../context/hubEvents.ts'
import type { Link } from '../connection/link.ts'
import type { Setting } from '../context/hubContext.ts'
import type { Owner } from '../store/store.ts'

export interface Lease {
  /** The link was let in. */
  begin(sid: string, user: User): void
  /** The user has shown a fresh token. */
  renew(user: User): void
  end(): void
}

/** @param link is asked for late */
export const createLease = (
  { clock, heartbeat, report, store, timers }: Setting,
  owner: Owner,
  link: () => Link,
): Lease => {
  let stopExpiry: (() => void) | undefined
  let stopTouching: (() => void) | undefined

  const touch = (sid: string): void => {
    const pause = Math.min(heartbeat.interval, (store.kept?.ms ?? Infinity) / 3)
    stopTouching = timers.after(pause, () => {
      store.touchSession(sid, owner).catch(report)
      if (link().open) touch(sid)
    })
  }
  const expire = (expiresAt = Infinity): void => {
    stopExpiry?.()
    if (expiresAt === Infinity) return
    stopExpiry = timers.after(expiresAt - clock.now(), () => {
      // A wall clock may have been set back meanwhile.
      if (clock.now() < expiresAt) expire(expiresAt)
      else link().close(CODES.expired, 'token expired')
    })
  }
  return {
    begin: (sid, { expiresAt }) => {
      expire(expiresAt)
      touch(sid)
    },
    renew: ({ expiresAt }) => expire(expiresAt),
    end: () => {
      stopExpiry?.()
      stopTouching?.()
    },
  }
}
