/** The only door of `@holdfast/core`. Importing it does nothing. */

export { createWebSocket } from './client/client.ts'
export type { CreateWebSocket, SessionClient, WebSocketClient } from './client/client.ts'
export type { Clock } from './base/clock.ts'
export type { CloseInfo } from './transport/closeCodes.ts'
export { json, raw } from './messaging/codec.ts'
export type { Codec, RawMessage, RawOutgoing, Schema } from './messaging/codec.ts'
export type { Dial, ProtocolsSource, UrlSource } from './transport/dial.ts'
export {
  ConnectTimeoutError,
  DecodeError,
  DialError,
  EncodeError,
  HeartbeatTimeoutError,
  HoldfastError,
  OptionError,
} from './base/errors.ts'
export type { ClientEvents, DropInfo, OpenInfo, RetryInfo } from './client/events.ts'
export type { HeartbeatOptions, Pattern } from './messaging/heartbeat.ts'
export type { Status } from './engine/machine.ts'
export { createMessageList, type MessageEntry, type MessageList, type MessageListOptions } from './views/messageList.ts'
export type { WebSocketOptions } from './client/options.ts'
export type { DropReason, SendResult } from './messaging/outbox.ts'
export type { Pace } from './state/pace.ts'
export type { QueueRules } from './messaging/queue.ts'
export type { ReconnectOptions } from './engine/reconnect.ts'
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
} from './client/session.ts'
export type { Snapshot } from './state/snapshot.ts'
export { createStreamView, type StreamState, type StreamView, type StreamViewOptions } from './views/streamView.ts'
export type { EnvironmentEvent, Environment } from './base/environment.ts'
