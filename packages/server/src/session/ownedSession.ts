/**
 * The session of a link: what the link has applied, and the writes that only the owner may make. The link has the whole record. So a
 * record that the store has lost (a restart without data, FLUSHALL, a failover, an eviction) is stored again, and the client notices nothing.
 */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import type { ReleasedSession } from '../peers/sessionEnds.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { KeptAnswers } from '../store/keptAnswers.ts'
import type { Owner, SessionRecord, SessionWrite } from '../store/store.ts'
import type { HandshakeHost } from './handshake.ts'
import { reportOnce, retryUntilExpired } from './retryUntilExpired.ts'

/** When to reconnect after the session is lost, in ms. Many clients may lose theirs at once. */
const LOST_HINT = [0, 5000] as const
/** How often a write stores the session again. A store that loses it once more does not keep it. */
const MAX_RESTORES = 2

export class OwnedSession {
  readonly sessionId: string
  /** The last `seq` that is applied and recorded. */
  last: number
  /** The idempotency key of the running message. Its reservation is repeated when the store has lost it. */
  runningKey: string | undefined
  /** Whether the client has the id and key of the session. Otherwise it cannot be resumed, and its end is not reported. */
  isKnown: boolean
  private readonly _host: HandshakeHost
  private readonly _context: HubContext
  private readonly _link: Link
  private readonly _owner: Owner
  private readonly _client: { readonly user: User }
  private readonly _record: Pick<SessionRecord, 'sessionId' | 'keyHash' | 'user' | 'takeovers'>
  private readonly _answers: KeptAnswers
  /**
   * - `owned`: no write has shown anything else.
   * - `replaced`: a write has shown that another link owns it.
   * - `abandoned`: a message was applied but not recorded, or the store does not keep the session. The link ends it. It must not be
   *   resumed: the client would send the message again.
   */
  private _state: 'owned' | 'replaced' | 'abandoned' = 'owned'
  /** Whether a newer link takes the session. This one owns it until its running messages are recorded. */
  private _isDetached = false
  /** Whether a newer link may have taken the session. What that link has recorded is unknown here, so this one does not store it again. */
  private _isHandedOver = false
  /** The running call of `_restore`, for all writes that wait for it. */
  private _restoring: Promise<SessionWrite> | undefined

  constructor(host: HandshakeHost, link: Link, owner: Owner, record: SessionRecord, client: { readonly user: User }) {
    const { context } = host
    const { sessionId, keyHash, user, takeovers, last, results } = record
    this.sessionId = sessionId
    this.last = last
    this.isKnown = takeovers > 0
    this._host = host
    this._context = context
    this._client = client
    this._link = link
    this._owner = owner
    this._record = { sessionId, keyHash, user, takeovers }
    this._answers = new KeptAnswers(user, context.answers, results)
  }

  /** Returns the kept answer to a message. */
  answer(seq: number): string | undefined {
    return this._answers.get(seq)
  }

  /** Records a message as applied. */
  async recordApplied(seq: number, answer: string | undefined): Promise<SessionWrite> {
    const { store } = this._context
    const outcome = await this._write(() => store.recordApplied(this.sessionId, this._owner, seq, answer))
    if (outcome !== 'recorded') return outcome
    this.last = seq
    this._answers.add(seq, answer)
    return outcome
  }

  /** Restarts the expiry, and stores the session again if it is lost. Closes the link if it has lost the session. */
  async touch(): Promise<void> {
    const { store } = this._context
    this.check(await this._write(() => store.touchSession(this.sessionId, this._owner)))
  }

  /** The link has closed: the session waits for its client, or ends. */
  async release(isEnd: boolean): Promise<void> {
    const { store, report } = this._context
    // The store may have lost the session when it is back. Until then only this link can store it again.
    const attempt = (): Promise<unknown> =>
      isEnd || this._state !== 'owned'
        ? this._end()
        : this._write(() => store.releaseSession(this.sessionId, this._owner))
    await retryUntilExpired(this._context, attempt, reportOnce(report))
    this._answers.release()
    if (!this.isKnown) return
    const { sessionEnds } = this._host
    if (this._state === 'replaced') this._reportTakeover(false)
    else if (isEnd) sessionEnds.end(this._released())
    else if (!this._isDetached) sessionEnds.release(this._released())
  }

  /** Another link takes the session. */
  onDetach(): void {
    if (!this._isDetached) this._reportTakeover(false)
    this._isDetached = true
  }

  /** Resolves when another link may take the session. */
  async handOver(): Promise<void> {
    this._isHandedOver = true
    if (this._state !== 'abandoned') return
    await retryUntilExpired(this._context, () => this._end(), reportOnce(this._context.report)) // S5
    this._reportTakeover(true)
  }

  /** The link has closed, and another one has the session. */
  discard(): void {
    this._answers.release()
  }

  /** Returns true if the link still owns the session after a write. Otherwise closes the link. @param write undefined if the store has failed */
  check(write: SessionWrite | undefined): boolean {
    if (write === 'recorded') return true
    this._state = write === 'replaced' ? 'replaced' : 'abandoned'
    if (write === 'replaced') this._link.close(CLOSE_CODES.replaced, 'the session is elsewhere')
    else this._link.close(CLOSE_CODES.serviceRestart, 'the session is lost', LOST_HINT)
    return false
  }

  private _reportTakeover(isAbandoned: boolean): void {
    if (this.isKnown) this._host.sessionEnds.handOver(this._released(), isAbandoned)
  }

  private _released(): ReleasedSession {
    const { sessionId, takeovers } = this._record
    return { sessionId, user: this._client.user, takeovers }
  }

  private _end(): Promise<void> {
    return this._context.store.endSession(this.sessionId, this._owner)
  }

  private async _write(attempt: () => Promise<SessionWrite>): Promise<SessionWrite> {
    for (let restores = 0; ; restores++) {
      const outcome = await attempt()
      if (outcome === 'recorded' || this._state !== 'owned' || restores === MAX_RESTORES) return outcome
      if (this._isHandedOver) return outcome
      // Also if another link owns the record: that link may be older, and have stored a lost record first. The store decides.
      this._restoring ??= this._restore().finally(() => (this._restoring = undefined))
      if ((await this._restoring) === 'replaced') return 'replaced'
    }
  }

  private async _restore(): Promise<SessionWrite> {
    const { store, stats } = this._context
    const record = { ...this._record, last: this.last, results: this._answers.results }
    if ((await store.addSession(record, this._owner)) === 'replaced') return 'replaced'
    stats.restored++
    // The store may have lost the reservation as well. Another link must not handle the same message meanwhile.
    if (this.runningKey !== undefined) await store.claimKey(record.user, this.runningKey)
    return 'recorded'
  }
}
