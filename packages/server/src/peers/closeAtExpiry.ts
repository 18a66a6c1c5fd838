/** Closes a link when the token of its user expires. */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'

/** Returns a function that cancels it, or undefined for a token that does not expire. */
export const closeAtExpiry = (context: HubContext, link: Link, { expiresAt }: User): (() => void) | undefined => {
  if (expiresAt === undefined || expiresAt === Infinity) return undefined
  const { clock, timers } = context
  let cancel: (() => void) | undefined
  const check = (): void => {
    const rest = expiresAt - clock.now()
    // The wall clock may have been set back meanwhile.
    if (rest > 0) cancel = timers.after(rest, check)
    else link.close(CLOSE_CODES.tokenExpired, 'token expired')
  }
  cancel = timers.after(expiresAt - clock.now(), check)
  return () => cancel?.()
}
