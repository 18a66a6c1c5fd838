/** Who says hello: the user, and the session that is resumed or begun. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { CODES } from '../protocol/closeCodes.ts'
import type { User } from '../context/hubEvents.ts'
import type { HelloFrame } from '../protocol/frames.ts'
import type { Setting } from '../context/hubContext.ts'
import type { Owner, SessionRecord } from '../store/store.ts'

export interface Greeting {
  user: User
  session: SessionRecord
  /** Only whoever has it may resume. */
  key: string
  resumed: boolean
}

/** Why somebody is turned away. */
export interface Refusal {
  code: number
  why: string
}

/** What `identify` finds: one of the two. */
export type Identified = { user: User; refusal?: undefined } | { user?: undefined; refusal: Refusal }

/** A user of a hub that asks for nothing: known by the key of its session alone. */
const ANONYMOUS = 'anonymous:'
/** What our keys look like. */
const KEY = /^[\w-]{22}$/

/** 128 bits. */
const secret = (): string => randomBytes(16).toString('base64url')
const hash = (key: string): string => createHash('sha256').update(key).digest('hex')
/** Takes the same time wherever they differ; both are hashes of one length. */
const equal = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** Whoever has the key: the same user when a session is lost and another begun, so that idempotency keys go on counting. */
export const anonymous = (key: string = secret()): User => ({
  id: ANONYMOUS + createHash('sha256').update(`user ${key}`).digest('base64url').slice(0, 22),
})

/** Who shows these, or why not. */
export const identify = async (
  { options, clock }: Setting,
  request: IncomingMessage,
  token: string | undefined,
  hello: { sid: string | undefined } | undefined,
): Promise<Identified> => {
  if (!options.authenticate) return { user: anonymous() }
  const unauthorised = { refusal: { code: CODES.unauthorised, why: 'unauthorised' } }
  try {
    const user = await options.authenticate({ request, token, hello })
    if (!user || typeof user.id !== 'string') return unauthorised
    return (user.expiresAt ?? Infinity) <= clock.now()
      ? { refusal: { code: CODES.expired, why: 'token expired' } }
      : { user }
  } catch {
    // To throw is one way to refuse; what was thrown may hold the token, so nobody is told.
    return unauthorised
  }
}

/** Whether the session is the user's: by its id or, where nobody has one, by the key alone. */
const owns = (setting: Setting, user: User, record: SessionRecord): boolean =>
  setting.options.authenticate ? record.user === user.id : record.user.startsWith(ANONYMOUS)

/** The session asked for, as it is after the older link has let go of it; undefined where it cannot be had. */
const resume = async (
  setting: Setting,
  { sid, key }: HelloFrame,
  user: User,
  owner: Owner,
): Promise<Greeting | undefined> => {
  if (sid === undefined || key === undefined) return undefined
  const { store } = setting
  const kept = await store.getSession(sid)
  if (!kept || !equal(hash(key), kept.keyHash)) return undefined // S1
  if (!owns(setting, user, kept)) return undefined // S1
  const session = await store.takeSession(sid, owner) // S2
  if (!session) return undefined
  return { user: setting.options.authenticate ? user : { ...user, id: session.user }, session, key, resumed: true }
}

/** Rejects when the store fails. @param user as `identify` found */
export const greet = async (setting: Setting, hello: HelloFrame, user: User, owner: Owner): Promise<Greeting> => {
  const resumed = await resume(setting, hello, user, owner)
  if (resumed) return resumed
  const open = !setting.options.authenticate
  // Where a key is all that tells who somebody is, it outlives the session; it cannot be one of another's session that is still kept.
  const again = open && KEY.test(hello.key ?? '') && !(await setting.store.getSession(hello.sid ?? ''))
  const key = again && hello.key !== undefined ? hello.key : secret()
  const owned = open ? anonymous(key) : user
  const session: SessionRecord = { sid: secret(), keyHash: hash(key), user: owned.id, last: 0, results: {} }
  await setting.store.addSession(session, owner)
  return { user: owned, session, key, resumed: false }
}
