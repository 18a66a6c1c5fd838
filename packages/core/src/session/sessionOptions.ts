/** What a session may be told. */

import type { Dial } from '../transport/dial.ts'
import type { SessionCallbacks } from '../client/session.ts'
import type { Bounds } from './deliveries.ts'

/** What a token provider is told. */
export interface TokenDial extends Dial {
  /** The last token was refused or has expired: a cached one will not do. */
  refresh: boolean
}

/** Options of a session. The callbacks are the events of the same names. */
export interface SessionOptions<In = unknown, Out = unknown> extends SessionCallbacks<In, Out> {
  /**
   * Who the user is; asked at each dial, within `connectTimeout`. The token goes in the first frame and never in the URL. After a
   * refusal it is asked for once more with `refresh: true`, and a second one is final (`cause: 'auth'`).
   */
  token?: (dial: TokenDial) => string | Promise<string>
  /** Streams to follow from the start; `join` and `leave` do it later. */
  streams?: readonly string[]
  /** Deliveries that wait at most. @default { limit: 1000, bytes: 4194304 } */
  pending?: Partial<Bounds>
}
