/** Lets hubs on one server detect each other: each upgrade is handled by one hub. */

import type { Duplex } from 'node:stream'

/** Marks the sockets of upgrades that a hub handles, also one of another copy of this package. */
const CLAIMED: unique symbol = Symbol.for('@holdfast/server: claimed')

type ClaimableSocket = Duplex & { [CLAIMED]?: boolean }

/** Claims the socket of an upgrade. Returns false if a hub handles it already. */
export const claimSocket = (socket: ClaimableSocket): boolean => {
  if (socket[CLAIMED]) return false
  socket[CLAIMED] = true
  return true
}
