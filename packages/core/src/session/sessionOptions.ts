/** Options of `session()`. */

import type { SessionCallbacks } from '../client/session.ts'
import type { Dial } from '../transport/dial.ts'
import type { Bounds } from './deliveries.ts'

/** Argument of a token function. */
export interface TokenDial extends Dial {
  /** The last token was refused or has expired: do not return a cached one. */
  refresh: boolean
}

/** Options of a session. The callbacks are the events of the same names. */
export interface SessionOptions<In = unknown, Out = unknown> extends SessionCallbacks<In, Out> {
  /**
   * Identifies the user. Called at each dial, within `connectTimeout`. The token is sent in the first frame and never in the URL. After a
   * refusal the function is called once more with `refresh: true`; a second refusal is final (`cause: 'auth'`). Without this option the
   * first one is.
   */
  token?: (dial: TokenDial) => string | Promise<string>
  /** Streams to follow from the start. `join` and `leave` change it later. */
  streams?: readonly string[]
  /** The most deliveries that may wait. @default { limit: 1000, bytes: 4194304 } */
  pending?: Partial<Bounds>
}
