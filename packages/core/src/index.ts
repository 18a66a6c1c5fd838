/** Entry point of `@holdfast/core`. Importing it has no side effects. */

export type { Clock } from './base/clock.ts'
export type { Environment, EnvironmentEvent } from './base/environment.ts'
export {
  ConnectTimeoutError,
  DecodeError,
  DialError,
  EncodeError,
  HeartbeatTimeoutError,
  HeartbeatUnansweredError,
  HoldfastError,
  OptionError,
} from './base/errors.ts'
export { createWebSocket } from './client/createWebSocket.ts'
export type { ClientEvents, DropInfo } from './client/events.ts'
export type { NewConnection } from './client/onConnect.ts'
export type { OpenedOptions } from './client/opened.ts'
export type { WebSocketOptions } from './client/options.ts'
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
export type { CreateWebSocket, SessionClient, WebSocketClient } from './client/webSocketClient.ts'
export type { ReconnectOptions } from './engine/engineHost.ts'
export type { OpenInfo, RetryInfo } from './engine/lifecycleEvents.ts'
export type { Status } from './engine/machine.ts'
export { json, raw } from './messaging/codec.ts'
export type { Codec, Schema } from './messaging/codec.ts'
export type { HeartbeatOptions, Pattern } from './messaging/heartbeat.ts'
export type { DropReason, SendResult } from './messaging/outbox.ts'
export type { QueueRules } from './messaging/queue.ts'
export type { Pace } from './state/pace.ts'
export type { Snapshot } from './state/snapshot.ts'
export type { CloseInfo } from './transport/closeCodes.ts'
export type { Dial, ProtocolsSource, UrlSource } from './transport/dial.ts'
export type { OutgoingFor, RawMessage, RawOutgoing } from './transport/frame.ts'
export type {
  DialRequest,
  Transport,
  TransportClose,
  TransportHeartbeat,
  TransportInfo,
  TransportLink,
  TransportSink,
} from './transport/transport.ts'
export { webSocketTransport } from './transport/webSocketTransport.ts'
export type { WebSocketTransportOptions } from './transport/webSocketTransport.ts'
export { createMessageList, type MessageEntry, type MessageList, type MessageListOptions } from './views/messageList.ts'
export { createStreamView, type StreamState, type StreamView, type StreamViewOptions } from './views/streamView.ts'
