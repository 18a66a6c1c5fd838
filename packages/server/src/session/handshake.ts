/** The second half of the handshake: resumes or creates the session of an authenticated user. */

import { createHash, timingSafeEqual } from 'node:crypto'
import { inTime } from '../clock.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { UnfinishedError } from '../errors.ts'
import type { SessionEnds } from '../peers/sessionEnds.ts'
import type { HelloFrame } from '../protocol/frames.ts'
import type { Owner, SessionRecord, SessionWrite } from '../store/store.ts'
import { ANONYMOUS, anonymous, createSecret } from './authenticate.ts'
import { retryUntilExpired } from './retryUntilExpired.ts'

export interface Handshake {
  user: User
  session: SessionRecord
  /** The secret that a client needs to resume the session. */
  key: string
  resumed: boolean
}

/** The format of the keys of this hub. */
const KEY_FORMAT = /^[\w-]{22}$/

const hash = (key: string): string => createHash('sha256').update(key).digest('hex')
/** Compares two hashes in constant time. */
const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Whether the session belongs to the user. Anonymous users have already proved it by the key. */
const isOwnedBy = (user: User | undefined, record: SessionRecord): boolean =>
  user ? record.user === user.id : record.user.startsWith(ANONYMOUS)

/** What a handshake needs of its node. */
export interface HandshakeHost {
  readonly context: HubContext
  readonly sessionEnds: SessionEnds
}

/**
 * A takeover that has failed, or was not answered, may have made the link the owner even so. No other link would release or report the
 * session then.
 */
const releaseAfterFailure = async (
  { context, sessionEnds }: HandshakeHost,
  { sessionId, takeovers }: SessionRecord,
  user: User,
  owner: Owner,
): Promise<void> => {
  const attempt = (): Promise<SessionWrite> => context.store.releaseSession(sessionId, owner)
  // The failure itself is reported by the handshake.
  const write = await retryUntilExpired(context, attempt, () => undefined)
  if (write === 'recorded') sessionEnds.release({ sessionId, user, takeovers: takeovers + 1 })
}

/** Takes the session over from its older link. Returns undefined if it cannot be resumed. */
const resumeSession = async (
  host: HandshakeHost,
  { sid, key }: HelloFrame,
  user: User | undefined,
  owner: Owner,
): Promise<Handshake | undefined> => {
  if (sid === undefined || key === undefined) return undefined
  const { limits, store, timers } = host.context
  const record = await store.getSession(sid)
  if (!record || !isEqual(hash(key), record.keyHash)) return undefined // S1
  if (!isOwnedBy(user, record)) return undefined // S1
  const owningUser = user ?? { id: record.user }
  const taking = store.takeSession(sid, owner) // S2
  const lateError = (): Error => new UnfinishedError('the store has not answered')
  inTime(timers, limits.hello, taking, lateError).catch(() => releaseAfterFailure(host, record, owningUser, owner))
  const session = await taking
  if (!session) return undefined
  host.sessionEnds.forget(sid)
  return { user: owningUser, session, key, resumed: true }
}

/** Resumes the session that the client asks for, or creates a new one. Rejects when the store fails. @param user undefined for an anonymous one */
export const openSession = async (
  host: HandshakeHost,
  hello: HelloFrame,
  user: User | undefined,
  owner: Owner,
): Promise<Handshake> => {
  const { context } = host
  const resumed = await resumeSession(host, hello, user, owner)
  if (resumed) return resumed
  const { store } = context
  // An anonymous user keeps the key of a lost session. The key must not belong to a session that still exists.
  const keepsKey = !user && KEY_FORMAT.test(hello.key ?? '') && !(await store.getSession(hello.sid ?? ''))
  const key = keepsKey && hello.key !== undefined ? hello.key : createSecret()
  const owningUser = user ?? anonymous(key)
  const session: SessionRecord = {
    sessionId: createSecret(),
    keyHash: hash(key),
    user: owningUser.id,
    last: 0,
    results: {},
    takeovers: 0,
  }
  await store.addSession(session, owner)
  return { user: owningUser, session, key, resumed: false }
}
