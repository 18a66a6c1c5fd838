/** What a lazy client shows before its first `retain()`, which is going to dial: `connecting` instead of `closed`. */

import type { Snapshot } from '../state/snapshot.ts'

export class PlannedSnapshot {
  private _closed: Snapshot<unknown> | undefined
  private _planned: Snapshot<unknown> | undefined

  /** Returns the same object for the same snapshot, and a snapshot that is not `closed` as it is. */
  of(closed: Snapshot<unknown>): Snapshot<unknown> {
    if (closed.status !== 'closed') return closed
    if (this._closed !== closed) this._planned = { ...closed, status: 'connecting' }
    this._closed = closed
    return this._planned!
  }
}
