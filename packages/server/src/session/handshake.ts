/** The handshake: authenticates the user, then resumes or creates the session. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Credentials, HubContext } from '../context/hubContext.ts'
import type { User } from '../context/hubEvents.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'
import type { HelloFrame } from '../protocol/frames.ts'
import type { Owner, SessionRecord } from '../store/store.ts'

export interface Handshake {
  user: User
  session: SessionRecord
  /** The secret that a client needs to resume the session. */
  key: string
  resumed: boolean
}

/** Why a client is refused: the close code and its reason. */
export interface Refusal {
  code: number
  reason: string
}

/** The result of `authenticate`: a user or a refusal. */
export type Authentication = { user: User; refusal?: undefined } | { user?: undefined; refusal: Refusal }

/** The prefix of user ids without `authenticate`. Such a user is identified only by the session key. */
const ANONYMOUS = 'anonymous:'
/** The format of the keys of this hub. */
const KEY_FORMAT = /^[\w-]{22}$/

/** 128 random bits. */
const createSecret = (): string => randomBytes(16).toString('base64url')
const hash = (key: string): string => createHash('sha256').update(key).digest('hex')
/** Compares two hashes in constant time. */
const isEqual = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Derives the user from the key, so that idempotency keys stay valid when a lost session is replaced under the same key. */
export const anonymous = (key: string = createSecret()): User => ({
  id: ANONYMOUS + createHash('sha256').update(`user ${key}`).digest('base64url').slice(0, 22),
})

/** Asks `authenticate` of the application. Never rejects. */
export const authenticate = async (
  { options, clock }: HubContext,
  request: IncomingMessage,
  token?: string | undefined,
  hello?: Credentials['hello'],
): Promise<Authentication> => {
  if (!options.authenticate) return { user: anonymous() }
  const unauthorised = { refusal: { code: CLOSE_CODES.unauthorised, reason: 'unauthorised' } }
  try {
    const user = await options.authenticate({ request, token, hello })
    if (!user || typeof user.id !== 'string') return unauthorised
    const isExpired = (user.expiresAt ?? Infinity) <= clock.now()
    return isExpired ? { refusal: { code: CLOSE_CODES.tokenExpired, reason: 'token expired' } } : { user }
  } catch {
    // A thrown error is a refusal. It is not reported, because its message may contain the token.
    return unauthorised
  }
}

/** Whether the session belongs to the user. Anonymous users have already proved it by the key. */
const isOwnedBy = (user: User, record: SessionRecord, { options }: HubContext): boolean =>
  options.authenticate ? record.user === user.id : record.user.startsWith(ANONYMOUS)

/** Takes the session over from its older link. Returns undefined if it cannot be resumed. */
const resumeSession = async (
  context: HubContext,
  { sid, key }: HelloFrame,
  user: User,
  owner: Owner,
): Promise<Handshake | undefined> => {
  if (sid === undefined || key === undefined) return undefined
  const { store, options } = context
  const record = await store.getSession(sid)
  if (!record || !isEqual(hash(key), record.keyHash)) return undefined // S1
  if (!isOwnedBy(user, record, context)) return undefined // S1
  const session = await store.takeSession(sid, owner) // S2
  if (!session) return undefined
  return { user: options.authenticate ? user : { ...user, id: session.user }, session, key, resumed: true }
}

/** Resumes the session that the client asks for, or creates a new one. Rejects when the store fails. @param user the authenticated user */
export const openSession = async (
  context: HubContext,
  hello: HelloFrame,
  user: User,
  owner: Owner,
): Promise<Handshake> => {
  const resumed = await resumeSession(context, hello, user, owner)
  if (resumed) return resumed
  const { store, options } = context
  const isAnonymous = !options.authenticate
  // An anonymous user keeps the key of a lost session. The key must not belong to a session that still exists.
  const keepsKey = isAnonymous && KEY_FORMAT.test(hello.key ?? '') && !(await store.getSession(hello.sid ?? ''))
  const key = keepsKey && hello.key !== undefined ? hello.key : createSecret()
  const owningUser = isAnonymous ? anonymous(key) : user
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
