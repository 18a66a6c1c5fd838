/** Closes a link when the token of its user expires. */

import { callAt } from '../clock.ts'
import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'

/** Returns a function that cancels it, or undefined for a token that does not expire. */
export const closeAtExpiry = (
  { clock, timers }: HubContext,
  link: Link,
  { expiresAt = Infinity }: User,
): (() => void) | undefined =>
  expiresAt === Infinity
    ? undefined
    : callAt(clock, timers, expiresAt, () => link.close(CLOSE_CODES.tokenExpired, 'token expired'))
