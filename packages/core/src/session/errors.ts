/** Close codes of a session, and its errors. Each error states what is known about the effect of a message. */

import { HoldfastError } from '../base/errors.ts'

/** The client missed a message. */
export const GAP = 4002
/** The client is going to return, so the server keeps the session: 1000 would end it. */
export const AWAY = 4004
export const TOKEN_EXPIRED = 4006
export const UNAUTHORISED = 4501
/** A newer connection has taken over the session. */
export const REPLACED = 4509

/** The message certainly was not applied: the client was closed before it was sent, or too many messages waited. It may be sent again. */
export class NotSentError extends HoldfastError {
  readonly code = 'NotSentError'
}

/** The message was sent, and it is unknown whether it was applied. `cause` is the reason of the signal, a timeout or the end of the client. */
export class UnknownOutcomeError extends HoldfastError {
  readonly code = 'UnknownOutcomeError'
}

/** The server has no sessions: it uses plain WebSocket, where nothing is acknowledged. Nothing was sent. */
export class NoSessionError extends HoldfastError {
  readonly code = 'NoSessionError'
}

/** The application on the server refused the message. */
export class RefusedError extends HoldfastError {
  readonly code = 'RefusedError'
  /** The application's code for the refusal. */
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
