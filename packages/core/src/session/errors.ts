/** Errors of a session. Each states what is known about the effect of a message. */

import { HoldfastError } from '../base/errors.ts'

/** The message certainly was not applied: the client was closed before it was sent, or too many messages waited. It may be sent again. */
export class NotSentError extends HoldfastError {
  readonly code = 'NotSentError'
}

/** The message was sent, and it is unknown whether it was applied. `cause` is the reason of the signal, a timeout or the end of the client. */
export class UnknownOutcomeError extends HoldfastError {
  readonly code = 'UnknownOutcomeError'
}

/** The server speaks plain WebSocket, where nothing is acknowledged. Nothing was sent. */
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
