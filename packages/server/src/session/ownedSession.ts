/**
 * The session of a link: what the link has applied, and the writes that only the owner may make. The link has the whole record. So a
 * record that the store has lost (a restart without data, FLUSHALL, a failover, an eviction) is stored again, and the client notices nothing.
 */

import type { Link } from '../connection/link.ts'
import type { HubContext } from '../context/hubContext.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import { KeptAnswers } from '../store/keptAnswers.ts'
import type { Owner, SessionRecord, SessionWrite } from '../store/store.ts'
import { reportOnce, retryUntilExpired } from './retryUntilExpired.ts'

export interface OwnedSession {
  readonly sessionId: string
  /** The last `seq` that is applied and recorded. */
  readonly last: number
  /** The idempotency key of the running message. Its reservation is repeated when the store has lost it. */
  runningKey: string | undefined
  /** Returns the kept answer to a message. */
  answer(seq: number): string | undefined
  /** Records a message as applied. */
  recordApplied(seq: number, answer: string | undefined): Promise<SessionWrite>
  /** Restarts the expiry, and stores the session again if it is lost. Closes the link if it has lost the session. */
  touch(): Promise<void>
  /** The link has closed: the session waits for its client, or ends. */
  release(isEnd: boolean): Promise<void>
  /** Another link takes the session. Resolves when it may. */
  handOver(): Promise<void>
  /** The link has closed, and another one has the session. */
  discard(): void
  /** Returns true if the link still owns the session after a write. Otherwise closes the link. @param write undefined if the store has failed */
  check(write: SessionWrite | undefined): boolean
}

/** When to reconnect after the session is lost, in ms. Many clients may lose theirs at once. */
const LOST_HINT = [0, 5000] as const
/** How often a write stores the session again. A store that loses it once more does not keep it. */
const MAX_RESTORES = 2

export const createOwnedSession = (
  context: HubContext,
  link: Link,
  owner: Owner,
  session: SessionRecord,
): OwnedSession => {
  const { store, stats } = context
  const { sessionId, keyHash, user, takeovers } = session
  const answers = new KeptAnswers(user, context.answers, session.results)

  /** A message was applied, but not recorded. The session must not be resumed: the client would send the message again. */
  let isAbandoned = false

  /** The running call of `restore`, for all writes that wait for it. */
  let restoring: Promise<SessionWrite> | undefined
  const restore = async (): Promise<SessionWrite> => {
    const record = { sessionId, keyHash, user, takeovers, last: owned.last, results: answers.results }
    if ((await store.addSession(record, owner)) === 'replaced') return 'replaced'
    stats.restored++
    // The store may have lost the reservation as well. Another link must not handle the same message meanwhile.
    if (owned.runningKey !== undefined) await store.claimKey(user, owned.runningKey)
    return 'recorded'
  }
  const write = async (attempt: () => Promise<SessionWrite>): Promise<SessionWrite> => {
    for (let restores = 0; ; restores++) {
      const outcome = await attempt()
      if (outcome === 'recorded' || isAbandoned || restores === MAX_RESTORES) return outcome
      // Also if another link owns the record: that link may be older, and have stored a lost record first. The store decides.
      restoring ??= restore().finally(() => (restoring = undefined))
      if ((await restoring) === 'replaced') return 'replaced'
    }
  }
  const end = (): Promise<void> => store.endSession(sessionId, owner)
  const owned = {
    sessionId,
    last: session.last,
    runningKey: undefined as string | undefined,
    answer: (seq: number) => answers.get(seq),
    recordApplied: async (seq: number, answer: string | undefined) => {
      const outcome = await write(() => store.recordApplied(sessionId, owner, seq, answer))
      if (outcome !== 'recorded') return outcome
      owned.last = seq
      answers.add(seq, answer)
      return outcome
    },
    touch: async () => {
      owned.check(await write(() => store.touchSession(sessionId, owner)))
    },
    release: async (isEnd: boolean) => {
      // The store may have lost the session when it is back. Until then only this link can store it again.
      const attempt = (): Promise<unknown> =>
        isEnd || isAbandoned ? end() : write(() => store.releaseSession(sessionId, owner))
      await retryUntilExpired(context, attempt, reportOnce(context.report))
      answers.release()
    },
    handOver: async () => {
      if (isAbandoned) await retryUntilExpired(context, end, reportOnce(context.report)) // S5
    },
    discard: () => answers.release(),
    check: (outcome: SessionWrite | undefined) => {
      if (outcome === 'recorded') return true
      isAbandoned = true
      if (outcome === 'replaced') link.close(CLOSE_CODES.replaced, 'the session is elsewhere')
      else link.close(CLOSE_CODES.serviceRestart, 'the session is lost', LOST_HINT)
      return false
    },
  }
  return owned
}
