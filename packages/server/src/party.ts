/** A socket of either kind, as its node holds it. */

import type { Link } from './link.ts'

export interface Party {
  readonly link: Link
  /** Whether it was let in. */
  readonly present: boolean
  /** A broadcast, as JSON text. */
  broadcast(data: string): void
  /** Its session belongs to a newer link; resolves when what its handlers were doing is over and recorded. */
  detach(sid: string): Promise<void>
  /** Resolves when nothing is left to do for it. */
  settled(): Promise<void>
}
