/** The only door of `@holdfast/core`. Importing it does nothing. */

export { createWebSocket } from './client.ts'
export type { CreateWebSocket, SessionClient, WebSocketClient } from './client.ts'
export type { Clock } from './clock.ts'
export type { CloseInfo } from './closeCodes.ts'
export { json, raw } from './codec.ts'
export type { Codec, RawMessage, RawOutgoing, Schema } from './codec.ts'
export type { Dial, ProtocolsSource, UrlSource } from './dial.ts'
export {
  ConnectTimeoutError,
  DecodeError,
  DialError,
  EncodeError,
  HeartbeatTimeoutError,
  HoldfastError,
  OptionError,
} from './errors.ts'
export type { ClientEvents, DropInfo, OpenInfo, RetryInfo } from './events.ts'
export type { HeartbeatOptions, Pattern } from './heartbeat.ts'
export type { Status } from './machine.ts'
export {
  createMessageWindow,
  type MessageEntry,
  type MessageWindow,
  type MessageWindowOptions,
} from './messageWindow.ts'
export type { WebSocketOptions } from './options.ts'
export type { DropReason, SendResult } from './outbox.ts'
export type { Pace } from './pace.ts'
export type { QueueRules } from './queue.ts'
export type { ReconnectOptions } from './reconnect.ts'
export type {
  Ack,
  DeliverOptions,
  Person,
  Position,
  Presence,
  RequestOptions,
  Resync,
  Session,
  SessionCallbacks,
  SessionEvents,
  StreamMessage,
} from './session.ts'
export type { Snapshot } from './snapshot.ts'
export { createStreamWindow, type StreamState, type StreamWindow, type StreamWindowOptions } from './streamWindow.ts'
export type { Happening, Surroundings } from './surroundings.ts'
