/** The door of `@holdfast/core/recovery`: delivery across reconnects, for the option `session`. Importing it does nothing. */

export { NoSessionError, NotSentError, RefusedError, UnknownOutcomeError } from './errors.ts'
export type { Bounds } from './deliveries.ts'
export { session } from './session.ts'
export type { SessionOptions, TokenDial } from './sessionOptions.ts'
export type { SessionClient } from '../client/client.ts'
export type {
  Ack,
  DeliverOptions,
  PresenceMember,
  Position,
  Presence,
  RequestOptions,
  Resync,
  Session,
  SessionCallbacks,
  SessionEvents,
  StreamMessage,
} from '../client/session.ts'
