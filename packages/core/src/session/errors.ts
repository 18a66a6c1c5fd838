/** The errors of a session. Each says what is known of the effect: none, maybe, or what the application answered. */

import { HoldfastError } from '../base/errors.ts'

/** The message certainly was not applied: the client was closed before it was sent, or there was no room to wait. Send it again as you like. */
export class NotSentError extends HoldfastError {
  readonly code = 'NotSentError'
}

/** The message was sent, and nobody knows whether it was applied. `cause` says who gave it up, if somebody did: the reason of the signal, a timeout, the end of the client. */
export class UnknownOutcomeError extends HoldfastError {
  readonly code = 'UnknownOutcomeError'
}

/** The server speaks plain WebSocket, where nothing is acknowledged. Nothing was sent. */
export class NoSessionError extends HoldfastError {
  readonly code = 'NoSessionError'
}

/** The application at the server refused the message. */
export class RefusedError extends HoldfastError {
  readonly code = 'RefusedError'
  /** The application's own word for why. */
  readonly reason: string
  constructor(reason: string, message: string) {
    super(message)
    this.reason = reason
  }
}
