/** A socket of either kind, as its node holds it. */

import type { Link } from '../connection/link.ts'

/** What is told to all, put into bytes once. */
export interface Broadcast {
  readonly data: string
  /** The data, for plain clients. */
  readonly json: Buffer
  /** The `emit` frame. */
  readonly frame: Buffer
}

export interface Party {
  readonly link: Link
  /** Called when it is one of the node's, so that who hears of it can tell it what is told to all. */
  begin?(): void
  broadcast(told: Broadcast): void
  /** Its session belongs to a newer link; resolves when what its handlers were doing is over and recorded. */
  detach(sid: string): Promise<void>
  /** Resolves when nothing is left to do for it. */
  settled(): Promise<void>
}
