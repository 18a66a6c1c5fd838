/** The options of the composables. */

import type {
  MessageListOptions,
  OutgoingFor,
  RawMessage,
  SessionCallbacks,
  StreamViewOptions,
  WebSocketOptions,
} from '@holdfast/core'
import type { SharedClientOptions } from '@holdfast/core/adapter'
import type { MaybeRefOrGetter } from 'vue'

/**
 * The options of `createWebSocket`, and `key`. Numbers are read once for each connection, functions each time they are used. If the source
 * is a client, only the callbacks are used. A callback that is added after mounting is called if the options are reactive.
 */
export interface UseWebSocketOptions<In = RawMessage, Out = OutgoingFor<In>>
  extends Omit<WebSocketOptions<In, Out>, 'lazy' | 'linger'>, SessionCallbacks<In, Out> {
  /**
   * Another key replaces the connection, as another URL does: the old connection is closed, its queued messages are dropped, and a new one
   * is opened. A shared client is not affected. @default undefined
   */
  key?: MaybeRefOrGetter<unknown>
}

/** The options of `useWebSocket`, and those of the list: `limit` is read once for each connection, `select` at each message. */
export interface UseMessagesOptions<In = RawMessage, Out = OutgoingFor<In>, Row = In>
  extends UseWebSocketOptions<In, Out>, MessageListOptions<In, Row> {}

/** The options of `useMessages` beside an existing client. */
export interface SharedMessagesOptions<In = RawMessage, Out = OutgoingFor<In>, Row = In>
  extends SharedClientOptions<In, Out>, MessageListOptions<In, Row> {}

/**
 * The options of `useWebSocket`, and those of the view: `limit` is read once for each stream, `select` at each message. `onMessage`,
 * `onResync` and `onPresence` are called for this stream only.
 */
export interface UseStreamOptions<In = RawMessage, Out = OutgoingFor<In>, Row = In>
  extends Omit<UseWebSocketOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}

/** The options of `useStream` beside an existing client. */
export interface SharedStreamOptions<In = RawMessage, Out = OutgoingFor<In>, Row = In>
  extends Omit<SharedClientOptions<In, Out>, 'onStream' | keyof StreamViewOptions<In>>, StreamViewOptions<In, Row> {}
