/** The phases of a client that uses the protocol, and the end of a handshake that is not finished in time. */

import type { Link } from '../connection/link.ts'
import { lateCallback } from '../context/callbacks.ts'
import type { HubContext } from '../context/hubContext.ts'
import { describeRunning } from '../context/runningListeners.ts'
import { UnfinishedError } from '../errors.ts'
import { CLOSE_CODES } from '../protocol/closeCodes.ts'

/**
 * How far a client has come. The phase stays when the link closes: `link.open` is false then.
 *
 * - `new`: its `hello` has not arrived.
 * - `authenticating`: the application is asked for the user.
 * - `opening`: the store is asked for the session. If it is resumed, the older link must finish first.
 * - `authorizing`: the application is asked for the streams of `hello`.
 * - `joining`: the store is asked for these streams.
 * - `active`: `welcome` was sent.
 */
export type Phase = 'new' | 'authenticating' | 'opening' | 'authorizing' | 'joining' | 'active'

/** Names what a handshake waits for. */
const lateError = (context: HubContext, phase: Phase, sessionId: string | undefined): Error => {
  if (phase === 'authenticating') return lateCallback(context, 'authenticate')
  if (phase === 'authorizing') return lateCallback(context, 'authorize')
  const isResuming = phase === 'opening' && sessionId !== undefined
  const listener = isResuming && describeRunning(context, (connection) => connection.sessionId === sessionId)
  return new UnfinishedError(`hello: no longer waits after ${context.limits.hello} ms for ${listener || 'the store'}`)
}

/** Closes the link at the deadline of the handshake. @param sessionId the session that the client resumes */
export const endLateHandshake = (
  context: HubContext,
  link: Link,
  phase: Phase,
  sessionId: string | undefined,
): void => {
  if (phase === 'new') return link.close(CLOSE_CODES.helloTimeout, 'no hello in time')
  const error = lateError(context, phase, sessionId)
  // V8 keeps the objects whose methods are on the stack until `stack` is read. An application may store the error.
  void error.stack
  link.fail(error)
}
