/** Asks `authenticate` of the application for the user of a client. */

import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Link } from '../connection/link.ts'
import { callBack, callbackError, reportAnswer } from '../context/callbacks.ts'
import type { HubContext } from '../context/hubContext.ts'
import type { Credentials, User } from '../context/hubEvents.ts'
import { CallbackError, isHubError } from '../errors.ts'
import { CLOSE_CODES, refusalReason } from '../protocol/closeCodes.ts'
import { InvalidUserError, readUser } from './user.ts'

/** Why a client gets no session: the close code and its reason. */
export interface Refusal {
  code: number
  reason: string
}

/** A user, or a refusal. Without `authenticate` neither. */
export type Authentication = { user?: User; refusal?: undefined } | { user?: undefined; refusal: Refusal }

/** As `Authentication`. If `authenticate` has failed, the refusal has code 1011 and the error, which the caller must report. */
export type AuthenticationResult = Authentication & { error?: CallbackError }

/** The prefix of user ids without `authenticate`. Such a user is identified only by the session key. */
export const ANONYMOUS = 'anonymous:'

/** 128 random bits. */
export const createSecret = (): string => randomBytes(16).toString('base64url')

/** Derives the user from the key, so that idempotency keys stay valid when a lost session is replaced under the same key. */
export const anonymous = (key: string = createSecret()): User => ({
  id: ANONYMOUS + createHash('sha256').update(`user ${key}`).digest('base64url').slice(0, 22),
})

const UNAUTHORISED: Refusal = { code: CLOSE_CODES.unauthorised, reason: 'unauthorised' }
const EXPIRED: Refusal = { code: CLOSE_CODES.tokenExpired, reason: 'token expired' }
/** `authenticate` has failed, or did not answer in time. */
const FAILED: Refusal = { code: CLOSE_CODES.internalError, reason: 'the server has failed' }

/** Never rejects. Reports an invalid answer, without the token. */
export const authenticate = async (
  context: HubContext,
  request: IncomingMessage,
  token?: string | undefined,
  hello?: Credentials['hello'],
): Promise<AuthenticationResult> => {
  const { options, clock } = context
  const ask = options.authenticate
  if (!ask) return {}
  const call = { name: 'authenticate', run: () => ask({ request, token, hello }), request, token }
  try {
    const answer = await callBack(context, call)
    if (answer === null || answer === undefined) return { refusal: UNAUTHORISED }
    const user = readUser(answer, clock.now())
    return (user.expiresAt ?? Infinity) <= clock.now() ? { refusal: EXPIRED } : { user }
  } catch (error) {
    if (isHubError(error)) return { refusal: UNAUTHORISED }
    if (error instanceof InvalidUserError) {
      reportAnswer(context, call, error.message)
      return { refusal: UNAUTHORISED }
    }
    // A getter of the user has thrown, or `authenticate` itself.
    return { refusal: FAILED, error: error instanceof CallbackError ? error : callbackError(call, error) }
  }
}

/** As `authenticate`, with a fresh token. Refuses another user. */
export const reauthenticate = async (
  context: HubContext,
  request: IncomingMessage,
  token: string,
  { id }: User,
): Promise<AuthenticationResult> => {
  const answer = await authenticate(context, request, token)
  if (!answer.user || answer.user.id === id) return answer
  return { refusal: { code: CLOSE_CODES.unauthorised, reason: 'another user' } }
}

/** Counts a client that is closed with a code that refuses it. */
export const countRefusal = ({ refuse }: HubContext, link: Link, code: number): void => {
  const reason = refusalReason(code)
  if (reason) refuse(reason, { code }, link.request)
}
