/** The options of `createWebSocket`. */

import type { Clock } from '../base/clock.ts'
import type { Environment } from '../base/environment.ts'
import type { EngineOptions } from '../engine/engineHost.ts'
import type { Codec } from '../messaging/codec.ts'
import type { HeartbeatOptions } from '../messaging/heartbeat.ts'
import type { QueueRules } from '../messaging/queue.ts'
import type { Pace } from '../state/pace.ts'
import type { OutgoingFor, RawMessage } from '../transport/frame.ts'
import type { Transport } from '../transport/transport.ts'
import type { WebSocketTransportOptions } from '../transport/webSocketTransport.ts'
import type { Callbacks } from './events.ts'
import type { NewConnection } from './onConnect.ts'
import type { Session } from './session.ts'

/** Options of `createWebSocket`. Numbers are read once, functions at each use. All times are in ms. */
export interface WebSocketOptions<In = RawMessage, Out = OutgoingFor<In>>
  extends Omit<EngineOptions, 'onConnect'>, WebSocketTransportOptions, Callbacks<In, Out> {
  /** Converts messages to frames and back. @default raw() */
  codec?: Codec<In, Out>
  /** Dial on creation, or with `lazy` at the first `retain()`; false waits for `open()`. @default true */
  immediate?: boolean
  /** Dial on the first `retain()`, and close `linger` ms after the last release. @default false */
  lazy?: boolean
  /** See `lazy`; 0 closes in a microtask. @default 1000 */
  linger?: number
  /** How long a dial may take, including its providers. @default 10000 */
  connectTimeout?: number
  /** How long the closing handshake may take. @default 2000 */
  closeTimeout?: number
  /** false: none. true: sends `'ping'` and expects `'pong'`. Your server must answer the ping. @default false */
  heartbeat?: boolean | HeartbeatOptions<In, Out>
  /** Messages that wait for a connection; false drops them. @default { limit: 100, bytes: 1048576, ttl: 120000, overflow: 'drop-new' } */
  queue?: boolean | Partial<QueueRules>
  /** Bytes in the socket's buffer above which `send` queues, within `queue.bytes`. By default the platform's own buffer takes all. @default Infinity */
  highWaterMark?: number
  /**
   * Runs after the socket has opened, before queued messages are sent and `open` is emitted, at each connection: to authenticate or subscribe.
   * `connectTimeout` limits its time. If it throws or rejects, the attempt has failed, and `lastClose.error` is the error.
   */
  onConnect?: (connection: NewConnection<In, Out>) => void | Promise<void>
  /** Closes the connection after the page was hidden for so many ms; it opens again when the page is visible. @default false */
  closeWhenHidden?: number | false
  /** How often changes that are only messages notify subscribers: once per animation frame, at each change, or every so many ms. @default 'frame' */
  pace?: Pace
  /** How many of the newest messages the snapshot keeps. @default 0 */
  history?: number
  /** Network, visibility and life cycle events; false for none. @default those of the browser, if there is one */
  environment?: Environment | false
  /** Delivery across reconnects with a server that supports it: `session()` of `@holdfast/core/recovery`. */
  session?: Session
  /** How connections are opened. @default webSocketTransport(), which uses the options `WebSocket` and `binaryType` */
  transport?: Transport
  /** Time and random numbers, for tests. */
  clock?: Clock
}
