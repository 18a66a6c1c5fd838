/** Entry point of `@holdfast/core/recovery`: delivery across reconnects, for the option `session`. Importing it has no side effects. */

export type { Bounds } from './deliveries.ts'
export { NoSessionError, NotSentError, RefusedError, UnknownOutcomeError } from './errors.ts'
export { session } from './session.ts'
export type { SessionOptions, TokenDial } from './sessionOptions.ts'
export type { SessionClient } from '../client/webSocketClient.ts'
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
